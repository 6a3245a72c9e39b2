-- ARGV: …, room (JSON)
if epoch then
  put_room(cjson.decode(ARGV[4]))
  save()
  renew('NX')
end
return entries
