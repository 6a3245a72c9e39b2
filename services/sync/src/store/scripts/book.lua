-- For scripts that may add several entries and answer them: flat, five values each.
local entries = {}

local function collect(kind, payload)
  write(kind, payload)
  local at = #entries
  entries[at + 1] = offset
  entries[at + 2] = seq
  entries[at + 3] = note
  entries[at + 4] = kind
  entries[at + 5] = payload
end

local function event(kind, body)
  next_event()
  collect(kind, head(kind) .. body)
end

local function remark(kind, body)
  next_note()
  collect(kind, body)
end

-- The answer of a script that is told, or heeds, no epoch: what the log is called by now, and what was added.
local function of_this_log() return { epoch or '', entries } end

-- A member's row: standing letter, role letter, version, space, member as events carry it.
local function member_of(user)
  local row = redis.call('HGET', base .. 'members', user)
  if not row then return nil end
  local version, member = string.match(row, '^..(%d+) (.*)$')
  return { standing = string.sub(row, 1, 1), role = string.sub(row, 2, 2), version = tonumber(version), member = member }
end

local function set_of(names)
  local set = {}
  for _, name in ipairs(names) do set[name] = true end
  return set
end
