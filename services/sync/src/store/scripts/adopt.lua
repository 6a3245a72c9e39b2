-- ARGV: …, then connection and user of each
-- Answers the entries; user and member of each adopted; connection and standing letter of each refused.
if gone then return false end
local members, refused = {}, {}
for i = 4, #ARGV - 1, 2 do
  local known = member_of(ARGV[i + 1])
  if known and known.standing == 'A' then
    arrive(ARGV[i], ARGV[i + 1], known.member)
    members[#members + 1] = ARGV[i + 1]
    members[#members + 1] = known.member
  else
    refused[#refused + 1] = ARGV[i]
    refused[#refused + 1] = known and known.standing or ''
  end
end
settle_crowd()
save()
renew()
return { entries, members, refused }
