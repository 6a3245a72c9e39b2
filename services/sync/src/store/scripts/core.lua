-- Shared by all scripts of a room. They are given one key, the room's state, and derive the room's other keys from it:
-- all carry the room's hash tag, so they are in one slot, and a hot call carries one key instead of eight.
-- ARGV of every script: node, epoch that the caller knows, offset that it has seen of that epoch, then its own; last, the
-- server's reign as the caller's connection was told it: a name that every start and every promotion of a server gives anew.
local state = KEYS[1]
local base = string.sub(state, 1, -6)
local log = base .. 'log'
local node = ARGV[1]

local stored = redis.call('HMGET', state, 'epoch', 'seq', 'note', 'offset', 'served', 'chat', 'playback_version', 'reign', 'origin')
local epoch = stored[1]
local seq = tonumber(stored[2])
local note = tonumber(stored[3])
local offset = tonumber(stored[4])
-- Who hears the channel: '' nobody, '*' several nodes, else the one node.
local served = stored[5]
local reign = ARGV[#ARGV]
-- The epoch under which the log was made: command ids count across reigns.
local origin = stored[9]

-- Another reign than the log's: a replica that lacked the last entries may have been promoted, or the file that was loaded
-- may lack them, and their places would be given to others. So the log goes on as it is, under another epoch.
if epoch and stored[8] ~= reign then
  local actual = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  if actual ~= reign then return redis.error_reply('STALEREIGN the server reigns under another name than this connection was told') end
  origin = origin or epoch
  epoch = string.sub(reign, 1, 20)
  redis.call('HSET', state, 'epoch', epoch, 'reign', reign, 'origin', origin, 'begun', seq .. '-' .. note)
end

-- A log that has gone back behind what was seen of it has lost entries, and would give their places to others: it counts as gone.
local behind = epoch == ARGV[2] and offset < tonumber(ARGV[3])
local gone = epoch ~= ARGV[2] or behind

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
-- Lua writes large numbers with an exponent.
local stamp = string.format('%.0f', now)

local function renew(...)
  for _, name in ipairs({ 'state', 'log', 'members', 'conns', 'people', 'untold', 'pending', 'nodes' }) do
    redis.call('PEXPIRE', base .. name, EXPIRY_MS, ...)
  end
end

local function let_go(last)
  local kept = redis.call('XRANGE', log, '(' .. last, '+', 'COUNT', 1)[1]
  redis.call('HSET', state, 'floor', last)
  return redis.call('XTRIM', log, 'MINID', kept[1])
end

-- Every 128th entry, as much as came since may go, and some arrears: nobody waits for a long trim.
local function trim()
  if redis.call('XLEN', log) > KEPT_ENTRIES - 128 then
    let_go(redis.call('XRANGE', log, '-', '+', 'COUNT', 128)[128][1])
  end
  for _ = 1, 8 do
    local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
    local cut = tonumber(string.match(oldest[1], '^%d+')) + 128
    if cut > seq - KEPT_EVENTS + 1 then return end
    local last = redis.call('XREVRANGE', log, '(' .. cut .. '-0', '-', 'COUNT', 1)[1]
    if tonumber(last[2][8]) >= now - KEPT_MS then return end
    let_go(last[1])
  end
end

-- Adds an entry at the place that seq and note name.
local function write(kind, payload)
  offset = offset + 1
  redis.call('XADD', log, seq .. '-' .. note, 'o', offset, 't', kind, 'p', payload, 'm', stamp)
  if served ~= '' and served ~= node then
    redis.call('SPUBLISH', base .. 'live', node .. ' ' .. epoch .. ' ' .. offset .. ' ' .. seq .. ' ' .. note .. ' ' .. kind .. ' ' .. payload)
  end
  if offset == 1 then redis.call('PEXPIRE', log, EXPIRY_MS) end
  if offset % 128 == 0 then trim() end
end

local function head(kind)
  return '{"seq":' .. seq .. ',"sent_at_ms":' .. stamp .. ',"type":"' .. kind .. '",'
end

local function save()
  redis.call('HSET', state, 'seq', seq, 'note', note, 'offset', offset)
end
