-- Users of a hash whose values are two numbers, by name.
local function numbered(name, first, second)
  local all = redis.call('HGETALL', base .. name)
  local users = {}
  for i = 1, #all, 2 do
    local numbers = { string.match(all[i + 1], '^(%d+) (%d+)$') }
    users[all[i]] = { user = all[i], first = tonumber(numbers[first]), second = tonumber(numbers[second]) }
  end
  return users
end

-- In the order of their numbers, with their members: flat, two values each.
local function in_order(of)
  local users = {}
  for _, each in pairs(of) do users[#users + 1] = each end
  table.sort(users, function(a, b)
    if a.first ~= b.first then return a.first < b.first end
    return a.second < b.second
  end)
  local flat = {}
  for _, each in ipairs(users) do
    local known = member_of(each.user)
    if known then
      flat[#flat + 1] = each.user
      flat[#flat + 1] = known.member
    end
  end
  return flat
end

-- Those whom the events so far say to be present.
local function told()
  local people = numbered('people', 2, 1)
  for user, untold in pairs(numbered('untold', 2, 1)) do
    if people[user] then people[user] = nil else people[user] = untold end
  end
  return people
end

-- Of a log that a node of the version before made: its lines are in the stream alone.
local function take_lines()
  local lines = 0
  local entries = redis.call('XREVRANGE', log, '+', '-', 'COUNT', KEPT_EVENTS)
  for at = #entries, 1, -1 do
    if entries[at][2][4] == 'CHAT_MESSAGE' then
      redis.call('HSET', state, 'line:' .. lines % CHAT_LINES, entries[at][2][6])
      lines = lines + 1
    end
  end
  redis.call('HSET', state, 'next_line', lines % CHAT_LINES)
  return lines
end

-- Newest first. They are kept in a ring of fields.
local function latest_lines()
  local after = redis.call('HGET', state, 'next_line') or take_lines()
  local fields, lines = {}, {}
  for back = 1, CHAT_LINES do fields[back] = 'line:' .. (after - back) % CHAT_LINES end
  for _, line in ipairs(redis.call('HMGET', state, unpack(fields))) do
    if not line then break end
    lines[#lines + 1] = line
  end
  return lines
end

local function image(was_serving)
  local texts = redis.call('HMGET', state, 'epoch', 'room', 'playback', 'rows_to', 'presence_due')
  local people, pending = in_order(told()), in_order(numbered('pending', 1, 2))
  return { texts[1], seq, note, offset, texts[2], texts[3], people, pending, latest_lines(), texts[4] or 0, texts[5] or 0, was_serving and 1 or 0 }
end
