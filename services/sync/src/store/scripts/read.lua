-- ARGV: …, seq, note, limit, how many bytes are enough
if gone then return false end
local at, noted = tonumber(ARGV[4]), tonumber(ARGV[5])
if at > seq or (at == seq and noted > note) then return false end
-- What was let go, and what an earlier epoch named.
for _, place in ipairs(redis.call('HMGET', state, 'floor', 'begun')) do
  local least, least_noted = string.match(place or '0-0', '^(%d+)-(%d+)$')
  least = tonumber(least)
  if at < least or (at == least and noted < tonumber(least_noted)) then return false end
end
local found, last = {}, ARGV[4] .. '-' .. ARGV[5]
local left, wanted = tonumber(ARGV[6]), tonumber(ARGV[7])
-- Some at a time: what would be too much is not fetched.
while left > 0 and wanted > 0 do
  local asked = math.min(left, 32)
  local some = redis.call('XRANGE', log, '(' .. last, '+', 'COUNT', asked)
  for _, entry in ipairs(some) do
    if wanted <= 0 then break end
    found[#found + 1] = entry
    wanted = wanted - #entry[2][6]
    last = entry[1]
  end
  if #some < asked then break end
  left = left - asked
end
return found
