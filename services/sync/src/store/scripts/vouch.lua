-- ARGV: …, the owner's counter
if gone then return 0 end
local rows_to = tonumber(redis.call('HGET', state, 'rows_to') or 0)
if tonumber(ARGV[4]) > rows_to then redis.call('HSET', state, 'rows_to', ARGV[4]) end
return 1
