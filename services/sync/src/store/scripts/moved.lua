-- Of many rooms, of one where the server is of a cluster. KEYS: their states. ARGV: of each the epoch and the offset that the caller knows
local moved = {}
for i, state in ipairs(KEYS) do
  local stored = redis.call('HMGET', state, 'epoch', 'offset')
  if stored[1] ~= ARGV[2 * i - 1] or stored[2] ~= ARGV[2 * i] then moved[#moved + 1] = i - 1 end
end
return moved
