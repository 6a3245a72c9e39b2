-- Of no room. KEYS: the registry of nodes, scored by the end of their leases. ARGV: node, lease
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
-- No lease is longer than a whole one: this server's clock may have been set back since some were given.
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now + ARGV[2]), '+inf')) do
  redis.call('ZADD', KEYS[1], now + ARGV[2], node)
end
redis.call('PEXPIRE', KEYS[1], EXPIRY_MS)
return { now, lease and tonumber(lease) > now and 1 or 0, redis.call('ZRANGE', KEYS[1], 0, -1) }
