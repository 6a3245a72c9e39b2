-- ARGV: …, connection
-- Under another epoch too: who has gone has gone from the log that goes on.
if not epoch or behind then return of_this_log() end
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
return of_this_log()
