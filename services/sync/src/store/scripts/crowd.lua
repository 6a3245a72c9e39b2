-- In a crowd, arrivals and departures wait for each other: what `memory-crowd.ts` says.
-- A person of whom the events say the opposite of what is so: number of that change, number of the arrival.

-- Notes a change that has to wait; false where it is to be told at once. `most` is how many were present, before or after, whichever is more.
local function wait(user, since, most)
  if redis.call('HLEN', base .. 'untold') == 0 and most <= CROWD_PEOPLE then return false end
  if redis.call('HDEL', base .. 'untold', user) == 0 then
    redis.call('HSET', base .. 'untold', user, redis.call('HINCRBY', state, 'arrivals', 1) .. ' ' .. since)
  end
  return true
end

-- The number of the arrival that the events still tell of somebody who has gone.
local function arrival_told(user)
  local untold = redis.call('HGET', base .. 'untold', user)
  return untold and string.match(untold, ' (%d+)$')
end

local function in_order_of_change(untold)
  local changes = {}
  for i = 1, #untold, 2 do
    changes[#changes + 1] = { user = untold[i], place = tonumber(string.match(untold[i + 1], '^%d+')) }
  end
  table.sort(changes, function(a, b) return a.place < b.place end)
  return changes
end

-- Appends what waits, if anything still does.
local function tell_crowd()
  local changes = in_order_of_change(redis.call('HGETALL', base .. 'untold'))
  redis.call('DEL', base .. 'untold')
  redis.call('HSET', state, 'presence_due', 0)
  local total = redis.call('HLEN', base .. 'people')
  for _, change in ipairs(changes) do
    change.came = redis.call('HEXISTS', base .. 'people', change.user) == 1
    total = total + (change.came and -1 or 1)
  end
  for from = 1, #changes, CROWD_CHANGES do
    local joined, left = {}, {}
    for i = from, math.min(from + CROWD_CHANGES - 1, #changes) do
      local change = changes[i]
      local known = member_of(change.user)
      local list = change.came and joined or left
      if known then list[#list + 1] = known.member end
      total = total + (change.came and 1 or -1)
    end
    redis.call('HSET', state, 'told_at', stamp)
    event('PRESENCE', '"joined":[' .. table.concat(joined, ',') .. '],"left":[' .. table.concat(left, ',') .. '],"total":' .. total .. '}')
  end
end

-- At the end of a call: appends what waits where the last PRESENCE is a pause ago, else notes when it is due.
local function settle_crowd()
  if redis.call('HLEN', base .. 'untold') == 0 then return end
  local due, told_at = unpack(redis.call('HMGET', state, 'presence_due', 'told_at'))
  if due and due ~= '0' then return end
  local after = (told_at or 0) + CROWD_PAUSE_MS - now
  -- Longer than a pause only where the clock has been set back.
  if after <= 0 or after > CROWD_PAUSE_MS then return tell_crowd() end
  remark('PRESENCE_DUE', '{"after_ms":' .. after .. '}')
  redis.call('HSET', state, 'presence_due', offset)
end
