-- ARGV: …, room (JSON)
if epoch then
  local turned = put_room(cjson.decode(ARGV[4]))
  save()
  if turned then renew() else renew('NX') end
end
return of_this_log()
