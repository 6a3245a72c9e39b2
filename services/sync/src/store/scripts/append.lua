-- ARGV: …, user, type, before, after, lead ('' without an instant), role, command id ('' without), '1' for chat, expected playback version ('' without), '+' or '-' and the command that claims that version, '=' for one that heeds claims ('' without)
-- Answers one text, for the caller builds the frame itself: 'a<offset> <seq> <stamp>', 'r<seq>', 'k' where it is claimed, or one letter that says why not.
if gone then return 'e' end

local user = ARGV[4]
local seen
if ARGV[10] ~= '' then
  seen = base .. 'seen:' .. user .. ':' .. ARGV[10]
  local first = redis.call('GET', seen)
  if first then
    local of, at = string.match(first, '^(%w+) (%d+)$')
    if of == origin then return 'r' .. at end
  end
end

if ARGV[9] ~= 'node' then
  local member = redis.call('HGET', base .. 'members', user)
  -- A member's row starts with the letters of its standing and its role.
  if not member or string.byte(member, 1) ~= 65 then return 'n' end
  if ARGV[9] == 'host' then
    -- 104 is the host, 111 a moderator.
    local role, control = string.byte(member, 2), stored[11]
    if role ~= 104 and control ~= 'everyone' and not (control == 'moderators' and role == 111) then
      return control == 'moderators' and 'o' or 'h'
    end
  end
end
if ARGV[11] == '1' and stored[6] ~= '1' then return 'c' end
local expected = ARGV[12]
if expected ~= '' and expected ~= stored[7] then return 'v' end
local mark = string.sub(ARGV[13], 1, 1)
if mark ~= '' then
  local claimed = redis.call('HGET', state, 'claim') or ''
  local version, until_ms, holder = string.match(claimed, '^(%d+) (%d+) (.*)$')
  local claimant = user .. ' ' .. string.sub(ARGV[13], 2)
  local stands = version == expected and tonumber(until_ms) > now
  -- With '=' there is no command, and no claim is its own.
  if stands and holder ~= claimant then return 'v' end
  if mark == '-' then
    redis.call('HDEL', state, 'claim')
    return 'v'
  end
  if mark == '+' then
    redis.call('HSET', state, 'claim', expected .. ' ' .. text(now + CLAIM_MS) .. ' ' .. claimant)
    return 'k'
  end
end

local body
if ARGV[8] == '' then
  body = ARGV[6] .. ARGV[7]
else
  body = ARGV[6] .. text(now + ARGV[8]) .. ARGV[7]
end
next_event()
local payload = head(ARGV[5]) .. body
write(ARGV[5], payload)
if ARGV[5] == 'CHAT_MESSAGE' then
  -- Beside the log: what else is written there, or let go, does not change what a newcomer is shown.
  local place = stored[12] or '0'
  save('line:' .. place, payload, 'next_line', text((place + 1) % CHAT_LINES))
elseif expected == '' then
  save()
else
  save('playback', '{' .. body, 'playback_version', expected + 1)
end
if seen then
  redis.call('SET', seen, origin .. ' ' .. seq_text, 'PX', COMMAND_ID_MS)
end
if offset % 64 == 0 then renew() end
return 'a' .. offset_text .. ' ' .. seq_text .. ' ' .. stamp
