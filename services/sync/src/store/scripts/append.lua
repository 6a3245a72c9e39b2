-- For several callers at once. ARGV of each, after the other: node, epoch and offset, then user, type, before, after, lead ('' without an
-- instant), role, command id ('' without), '1' for chat, expected playback version ('' without), '+' or '-' and the command that claims that
-- version, '=' for one that heeds claims ('' without); last, the reign. KEYS of each, as many as of any: first its room's state.
local FIELDS = 13

local function append(key, at)
  enter(key, at)
  if gone then return 'e' end

  local user, kind, before, after, lead, role, command, chat, expected, claim = unpack(ARGV, at + 3, at + FIELDS - 1)
  local seen
  if command ~= '' then
    seen = base .. 'seen:' .. user .. ':' .. command
    local first = redis.call('GET', seen)
    if first then
      local of, as = string.match(first, '^(%w+) (%d+)$')
      if of == origin then return 'r' .. as end
    end
  end

  if role ~= 'node' then
    local member = redis.call('HGET', base .. 'members', user)
    -- A member's row starts with the letters of its standing and its role.
    if not member or string.byte(member, 1) ~= 65 then return 'n' end
    if role == 'host' then
      -- 104 is the host, 111 a moderator.
      local letter, control = string.byte(member, 2), stored[11]
      if letter ~= 104 and control ~= 'everyone' and not (control == 'moderators' and letter == 111) then
        return control == 'moderators' and 'o' or 'h'
      end
    end
  end
  if chat == '1' and stored[6] ~= '1' then return 'c' end
  if expected ~= '' and expected ~= stored[7] then return 'v' end
  if claim ~= '' then
    local mark = string.sub(claim, 1, 1)
    local claimed = redis.call('HGET', state, 'claim') or ''
    local version, until_ms, holder = string.match(claimed, '^(%d+) (%d+) (.*)$')
    local claimant = user .. ' ' .. string.sub(claim, 2)
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

  local body = before .. (lead == '' and '' or text(now + lead)) .. after
  next_event()
  local payload = head(kind) .. body
  write(kind, payload)
  if kind == 'CHAT_MESSAGE' then
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
end

-- Answers a text for each, in their order, for the caller builds the frame itself: 'a<offset> <seq> <stamp>', 'r<seq>', 'k' where it is
-- claimed, one letter that says why not, or '-' and what went wrong with that one alone.
local answers = {}
local count = (#ARGV - 1) / FIELDS
if count % 1 ~= 0 then return redis.error_reply('ERR not ' .. FIELDS .. ' fields for each caller') end
for i = 0, count - 1 do
  local key = KEYS[i * #KEYS / count + 1]
  local ok, answer = pcall(append, key, i * FIELDS + 1)
  if not ok then answer = '-' .. (type(answer) == 'table' and answer.err or answer) .. ' (' .. key .. ')' end
  answers[i + 1] = answer
end
return answers
