-- ARGV: …, connection, user
-- Answers the member and the entries; or the standing letter, '' where nothing is stored; or nothing.
if gone then return false end
local known = member_of(ARGV[5])
if not known or known.standing ~= 'A' then return { known and known.standing or '' } end
arrive(ARGV[4], ARGV[5], known.member)
save()
renew()
return { known.member, entries }
