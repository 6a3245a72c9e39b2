-- ARGV: …, live nodes (JSON), epoch for a new log ('' without a seed), room (JSON), participants (JSON), the owner's counter
local seeded = ARGV[5] ~= ''
local fresh = not epoch or behind
if fresh and not seeded then return false end

if fresh then
  -- What a log that is gone has left behind is not of this one.
  for _, name in ipairs({ 'state', 'log', 'members', 'conns', 'people', 'untold', 'pending', 'nodes' }) do redis.call('DEL', base .. name) end
  seq, note, offset, bytes = 0, 0, 0, 0
  seq_text, note_text, offset_text = '0', '0', '0'
  epoch = ARGV[5]
  redis.call('HSET', state, 'epoch', epoch, 'origin', epoch, 'reign', reign)
  save()
end
local was_serving = redis.call('HSET', base .. 'nodes', node, 1) == 0
count_nodes()

if fresh then
  local room = cjson.decode(ARGV[6])
  store_room(room)
  begin_timeline(room.media, 0, 'null')
  for _, row in ipairs(cjson.decode(ARGV[7])) do store_member(row) end
  redis.call('HSET', state, 'rows_to', ARGV[8])
else
  local live = set_of(cjson.decode(ARGV[4]))
  live[node] = true
  evict(live)
  settle_crowd()
  if seeded then
    put_room(cjson.decode(ARGV[6]))
    for _, row in ipairs(cjson.decode(ARGV[7])) do put_member(row) end
  end
  save()
end
renew()
return image(was_serving)
