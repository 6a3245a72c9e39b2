-- ARGV: …, connection, user
-- Answers the member, the entries, whether the arrival waits to be told, and the last offset; or the standing letter, '' where nothing is stored; or nothing.
if gone then return false end
local known = member_of(ARGV[5])
if not known or known.standing ~= 'A' then return { known and known.standing or '' } end
arrive(ARGV[4], ARGV[5], known.member)
settle_crowd()
save()
renew()
return { known.member, entries, redis.call('HEXISTS', base .. 'untold', ARGV[5]), offset }
