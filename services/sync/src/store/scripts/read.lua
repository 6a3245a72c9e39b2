-- ARGV: …, seq, note, limit
if gone then return false end
local at, noted = tonumber(ARGV[4]), tonumber(ARGV[5])
if at > seq or (at == seq and noted > note) then return false end
-- What was let go, and what an earlier epoch named.
for _, place in ipairs(redis.call('HMGET', state, 'floor', 'begun')) do
  local least, least_noted = string.match(place or '0-0', '^(%d+)-(%d+)$')
  least = tonumber(least)
  if at < least or (at == least and noted < tonumber(least_noted)) then return false end
end
return redis.call('XRANGE', log, '(' .. ARGV[4] .. '-' .. ARGV[5], '+', 'COUNT', ARGV[6])
