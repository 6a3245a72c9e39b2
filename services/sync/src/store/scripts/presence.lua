-- A connection's entry: number of the arrival, user, owner. A person's: number of connections, number of the arrival.

local function depart(connection, user)
  redis.call('HDEL', base .. 'conns', connection)
  local count, since = string.match(redis.call('HGET', base .. 'people', user) or '1 0', '^(%d+) (%d+)$')
  if tonumber(count) > 1 then
    redis.call('HSET', base .. 'people', user, (count - 1) .. ' ' .. since)
    return
  end
  local most = redis.call('HLEN', base .. 'people')
  redis.call('HDEL', base .. 'people', user)
  if wait(user, since, most) then return end
  local left = member_of(user)
  if left then event('USER_LEFT', '"user":' .. left.member .. '}') end
end

local function replace_oldest(user)
  local all = redis.call('HGETALL', base .. 'conns')
  local oldest, oldest_place
  for i = 1, #all, 2 do
    local place, owner = string.match(all[i + 1], '^(%d+) (%S+) ')
    place = tonumber(place)
    if owner == user and (not oldest or place < oldest_place) then
      oldest, oldest_place = all[i], place
    end
  end
  remark('CONNECTION_REPLACED', '{"connection":' .. cjson.encode(oldest) .. '}')
  depart(oldest, user)
end

-- Makes this node the connection's owner, and adds the connection to those present if it is not there.
local function arrive(connection, user, member)
  local present = redis.call('HGET', base .. 'conns', connection)
  if present then
    redis.call('HSET', base .. 'conns', connection, string.match(present, '^%d+ %S+ ') .. node)
    return
  end
  local place = redis.call('HINCRBY', state, 'arrivals', 1)
  redis.call('HSET', base .. 'conns', connection, place .. ' ' .. user .. ' ' .. node)
  local person = redis.call('HGET', base .. 'people', user)
  if not person then
    local since = arrival_told(user) or place
    redis.call('HSET', base .. 'people', user, '1 ' .. since)
    if wait(user, since, redis.call('HLEN', base .. 'people')) then return end
    event('USER_JOINED', '"user":' .. member .. '}')
    return
  end
  local count, since = string.match(person, '^(%d+) (%d+)$')
  redis.call('HSET', base .. 'people', user, (count + 1) .. ' ' .. since)
  if count + 1 > CONNECTIONS_PER_PERSON then replace_oldest(user) end
end

local function count_nodes()
  local nodes = redis.call('HKEYS', base .. 'nodes')
  served = nodes[2] and '*' or nodes[1] or ''
  redis.call('HSET', state, 'served', served)
end

-- Takes away the connections of nodes that are not live, and the nodes themselves.
local function evict(live)
  local dead = false
  for _, name in ipairs(redis.call('HKEYS', base .. 'nodes')) do
    if not live[name] then
      redis.call('HDEL', base .. 'nodes', name)
      dead = true
    end
  end
  if dead then count_nodes() end
  local all = redis.call('HGETALL', base .. 'conns')
  local orphans = {}
  for i = 1, #all, 2 do
    local place, user, owner = string.match(all[i + 1], '^(%d+) (%S+) (.*)$')
    if not live[owner] then orphans[#orphans + 1] = { place = tonumber(place), connection = all[i], user = user } end
  end
  table.sort(orphans, function(a, b) return a.place < b.place end)
  for _, orphan in ipairs(orphans) do depart(orphan.connection, orphan.user) end
end
