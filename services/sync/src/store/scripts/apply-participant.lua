-- ARGV: …, participant (JSON)
if epoch then
  put_member(cjson.decode(ARGV[4]))
  save()
  renew('NX')
end
return of_this_log()
