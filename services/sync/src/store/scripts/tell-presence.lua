-- ARGV: …, offset of the note
if not gone and ARGV[4] ~= '0' and redis.call('HGET', state, 'presence_due') == ARGV[4] then
  tell_crowd()
  save()
  renew()
end
return entries
