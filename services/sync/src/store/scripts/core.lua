-- Shared by all scripts of a room. They are given one key, the room's state, and derive the room's other keys from it:
-- all carry the room's hash tag, so they are in one slot, and a hot call carries one key instead of eight.
-- ARGV of every script: node, epoch that the caller knows, offset that it has seen of that epoch, then its own; last, the
-- server's reign as the caller's connection was told it: a name that every start and every promotion of a server gives anew.
-- append.lua is given the room and the ARGV of several callers, one after the other, and the reign once.
local reign = ARGV[#ARGV]
-- What the server itself calls its reign; unknown until somebody has to ask.
local actual_reign

-- Lua's own way takes twice as long, and writes large numbers with an exponent.
local function text(number) return string.format('%d', number) end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local stamp = text(now)

-- Of the room that was entered last:
local node, state, base, log, stored, epoch, seq, note, offset
-- As they are written, several times each: to make a text of a number costs as much as to write a field.
local seq_text, note_text, offset_text
-- Who hears the channel: '' nobody, '*' several nodes, else the one node.
local served
-- The epoch under which the log was made: command ids count across reigns.
local origin
-- What the payloads in the stream come to.
local bytes
-- Whether the log is behind what was seen of it; whether it is that, or not the one that the caller knows.
local behind, gone

-- Begins with the room whose state has the key, for a caller whose node, epoch and offset are in ARGV from `at` on.
local function enter(key, at)
  node, state = ARGV[at], key
  base = string.sub(state, 1, -6)
  log = base .. 'log'
  stored = redis.call('HMGET', state, 'epoch', 'seq', 'note', 'offset', 'served', 'chat', 'playback_version', 'reign', 'origin', 'bytes', 'control', 'next_line')
  epoch, seq_text, note_text, offset_text, served, origin = stored[1], stored[2], stored[3], stored[4], stored[5], stored[9]
  seq, note, offset, bytes = tonumber(seq_text), tonumber(note_text), tonumber(offset_text), tonumber(stored[10] or 0)

  -- Another reign than the log's: a replica that lacked the last entries may have been promoted, or the file that was loaded
  -- may lack them, and their places would be given to others. So the log goes on as it is, under another epoch.
  if epoch and stored[8] ~= reign then
    actual_reign = actual_reign or string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  end
  -- Whoever else is in this call was told the same.
  if actual_reign and actual_reign ~= reign then
    error({ err = 'STALEREIGN the server reigns under another name than this connection was told' })
  end
  if epoch and stored[8] ~= reign then
    origin = origin or epoch
    -- With the instant: a slot of a cluster may be moved away and back, to where the log has been under this reign before.
    epoch = string.sub(reign, 1, 16) .. stamp
    redis.call('HSET', state, 'epoch', epoch, 'reign', reign, 'origin', origin, 'begun', seq .. '-' .. note)
  end

  -- A log that has gone back behind what was seen of it has lost entries, and would give their places to others: it counts as gone.
  behind = epoch == ARGV[at + 1] and offset < tonumber(ARGV[at + 2])
  gone = epoch ~= ARGV[at + 1] or behind
end

local function renew(...)
  local expiry = redis.call('HGET', state, 'active') == '0' and CLOSED_EXPIRY_MS or EXPIRY_MS
  for _, name in ipairs({ 'state', 'log', 'members', 'conns', 'people', 'untold', 'pending', 'nodes' }) do
    redis.call('PEXPIRE', base .. name, expiry, ...)
  end
end

local function may_go(id, fields, enough)
  if bytes > enough or offset - fields[2] >= KEPT_ENTRIES - 128 then return true end
  return tonumber(string.match(id, '^%d+')) <= seq - KEPT_EVENTS and tonumber(fields[8]) < now - KEPT_MS
end

-- Lets the oldest go, some at a time: nobody waits for a long trim. Of bytes a little more goes than has to, for else the
-- next entry would trim again.
local function trim()
  local enough = bytes > KEPT_BYTES and KEPT_BYTES - KEPT_BYTES / 64 or KEPT_BYTES
  local last
  for _ = 1, 64 do
    local oldest = redis.call('XRANGE', log, last and '(' .. last or '-', '+', 'COUNT', 16)
    for _, entry in ipairs(oldest) do
      local payload_bytes = #entry[2][6]
      if tonumber(entry[2][2]) == offset then
        -- The newest stays, and all that is counted is its own.
        bytes = payload_bytes
        break
      end
      if not may_go(entry[1], entry[2], enough) then break end
      bytes = math.max(0, bytes - payload_bytes)
      last = entry[1]
    end
    if last ~= oldest[#oldest][1] then break end
  end
  if not last then return end
  redis.call('HSET', state, 'floor', last)
  local at, noted = string.match(last, '^(%d+)-(%d+)$')
  redis.call('XTRIM', log, 'MINID', at .. '-' .. noted + 1)
end

local function next_event()
  seq, note = seq + 1, 0
  seq_text, note_text = text(seq), '0'
end

local function next_note()
  note = note + 1
  note_text = text(note)
end

-- Adds an entry at the place that seq and note name.
local function write(kind, payload)
  offset = offset + 1
  offset_text = text(offset)
  bytes = bytes + #payload
  redis.call('XADD', log, seq_text .. '-' .. note_text, 'o', offset_text, 't', kind, 'p', payload, 'm', stamp)
  if served ~= '' and served ~= node then
    redis.call('SPUBLISH', base .. 'live', node .. ' ' .. epoch .. ' ' .. offset_text .. ' ' .. seq_text .. ' ' .. note_text .. ' ' .. kind .. ' ' .. payload)
  end
  if offset == 1 then renew() end
  if offset % 128 == 0 or bytes > KEPT_BYTES then trim() end
end

local function head(kind)
  return '{"seq":' .. seq_text .. ',"sent_at_ms":' .. stamp .. ',"type":"' .. kind .. '",'
end

local function save(...)
  redis.call('HSET', state, 'seq', seq_text, 'note', note_text, 'offset', offset_text, 'bytes', text(bytes), ...)
end
