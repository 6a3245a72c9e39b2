-- ARGV: …, seq, note, limit
if gone then return false end
local at, noted = tonumber(ARGV[4]), tonumber(ARGV[5])
if at > seq or (at == seq and noted > note) then return false end
local floor, floor_noted = string.match(redis.call('HGET', state, 'floor') or '0-0', '^(%d+)-(%d+)$')
floor = tonumber(floor)
if at < floor or (at == floor and noted < tonumber(floor_noted)) then return false end
return redis.call('XRANGE', log, '(' .. ARGV[4] .. '-' .. ARGV[5], '+', 'COUNT', ARGV[6])
