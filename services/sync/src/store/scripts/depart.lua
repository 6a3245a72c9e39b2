-- ARGV: …, connection
if gone then return entries end
local present = redis.call('HGET', base .. 'conns', ARGV[4])
if present then
  local user, owner = string.match(present, '^%d+ (%S+) (.*)$')
  if owner == node then
    depart(ARGV[4], user)
    settle_crowd()
    save()
  end
end
renew()
return entries
