local function set_pending(row)
  if row.standing == 'P' then
    redis.call('HSET', base .. 'pending', row.user, row.joined .. ' ' .. row.version)
  else
    redis.call('HDEL', base .. 'pending', row.user)
  end
end

local function store_member(row)
  redis.call('HSET', base .. 'members', row.user, row.standing .. row.role .. row.version .. ' ' .. row.member)
  set_pending(row)
end

-- What is announced is `announce` of participant-change.ts.
local function put_member(row)
  local before = member_of(row.user)
  if before and before.version >= tonumber(row.version) then return end
  if not before then
    local rows_to = tonumber(redis.call('HGET', state, 'rows_to') or 0)
    if tonumber(row.as_of) < rows_to then return end
    if tonumber(row.version) <= rows_to and row.standing ~= 'P' then return store_member(row) end
  end
  store_member(row)
  local function tell(kind) remark(kind, '{"user":' .. row.member .. '}') end
  local was = before and before.standing
  if was == 'A' and was == row.standing and before.role ~= row.role then
    event('ROLE_CHANGED', '"user":' .. row.member .. ',"role":"' .. row.role_name .. '"}')
    return
  end
  if was == row.standing then
    if (was == 'A' or was == 'P') and before.member ~= row.member then tell('MEMBER_CHANGED') end
    return
  end
  if was == 'A' then
    local reason = row.standing == 'L' and 'left' or 'removed'
    event('PARTICIPANT_REMOVED', '"user":' .. row.member .. ',"reason":"' .. reason .. '"}')
  end
  if row.standing == 'P' then
    tell('PARTICIPANT_PENDING')
  elseif row.standing == 'A' then
    tell('PARTICIPANT_APPROVED')
  elseif was == 'P' or (row.standing == 'D' and was ~= 'A') then
    tell('PARTICIPANT_DENIED')
  end
end

local function store_room(row)
  redis.call('HSET', state, 'room', row.row, 'room_version', row.version, 'media', row.media, 'media_by', row.media_by, 'chat', row.chat,
    'active', row.active, 'control', row.control)
end

-- `member` is the one who chose the medium, or 'null'.
local function begin_timeline(media, version, member)
  local timeline = '"media":' .. media .. ',"playing":false,"time":0,"at_ms":' .. stamp .. ',"rate":1,"version":' .. version .. ',"user":' .. member .. '}'
  redis.call('HSET', state, 'playback', '{' .. timeline, 'playback_version', version)
  return timeline
end

-- Another medium, or one that was chosen anew: a command of the live room has taken effect with it.
local function choose(row, version)
  local user, command = string.match(row.media_by, '^(%S+) (.*)$')
  local known = user and member_of(user)
  event('MEDIA', begin_timeline(row.media, version, known and known.member or 'null'))
  if user then redis.call('SET', base .. 'seen:' .. user .. ':' .. command, (origin or epoch) .. ' ' .. seq_text, 'PX', COMMAND_ID_MS) end
end

-- Answers whether the room was closed, or opened again.
local function put_room(row)
  local before = redis.call('HMGET', state, 'room', 'room_version', 'media', 'active', 'playback_version', 'media_by')
  if tonumber(before[2]) >= tonumber(row.version) then return false end
  store_room(row)
  if string.gsub(before[1], ',"version":%d+}$', '}') ~= row.room then event('ROOM_UPDATED', '"room":' .. row.room .. '}') end
  -- No text in it has quotes of its own, so this is found where it is meant.
  local former = string.match(before[1], '"host":{"id":"([^"]*)"')
  if former ~= row.host_id then event('HOST_CHANGED', '"user":' .. row.host .. ',"role":"host"}') end
  if before[3] ~= row.media or (row.media_by ~= '' and row.media_by ~= before[6]) then choose(row, before[5] + 1) end
  if before[4] == '1' and row.active == '0' then event('ROOM_CLOSED', '"reason":"closed_by_host"}') end
  return before[4] ~= row.active
end
