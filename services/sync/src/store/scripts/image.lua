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

local function latest_chats()
  local chats = {}
  for _, entry in ipairs(redis.call('XREVRANGE', log, '+', '-', 'COUNT', IMAGE_CHAT_ENTRIES)) do
    if entry[2][4] == 'CHAT_MESSAGE' and #chats < IMAGE_CHATS then chats[#chats + 1] = entry[2][6] end
  end
  return chats
end

local function image()
  local texts = redis.call('HMGET', state, 'epoch', 'room', 'playback', 'rows_to', 'presence_due')
  local people, pending = in_order(told()), in_order(numbered('pending', 1, 2))
  return { texts[1], seq, note, offset, texts[2], texts[3], people, pending, latest_chats(), texts[4] or 0, texts[5] or 0 }
end
