redis.call('HDEL', base .. 'nodes', node)
if epoch then count_nodes() end
return 1
