-- ARGV: …, text
if gone or served == '' or served == node then return 0 end
-- At the offset 0 no entry ever is.
redis.call('SPUBLISH', base .. 'live', node .. ' ' .. epoch .. ' 0 0 0 WHISPER ' .. ARGV[4])
return 1
