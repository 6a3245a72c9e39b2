-- ARGV: …, live nodes (JSON)
if epoch then
  evict(set_of(cjson.decode(ARGV[4])))
  settle_crowd()
  save()
  renew('NX')
end
return of_this_log()
