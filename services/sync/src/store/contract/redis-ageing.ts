import type { Redis } from 'ioredis'

/** What `World.age` promises, of what this one server holds: keys expire `byMs` earlier, and so do claims and the nodes' leases. */
export async function ageOnRedis(raw: Redis, room: string, byMs: number): Promise<void> {
  for (const key of await raw.keys(`{${room}}:*`)) {
    if (key.endsWith(':state')) await ageClaim(raw, key, byMs)
    const leftMs = await raw.pttl(key)
    if (leftMs > byMs) await raw.pexpire(key, leftMs - byMs)
    else await raw.del(key)
  }
  // Of a cluster's servers one has it, and the others may not even be asked.
  for (const nodes of await raw.keys('matinee:nodes')) {
    for (const node of await raw.zrange(nodes, 0, '-1')) await raw.zincrby(nodes, -byMs, `${node}`)
  }
}

async function ageClaim(raw: Redis, state: string, byMs: number): Promise<void> {
  const [version, untilMs, ...claimant] = ((await raw.hget(state, 'claim')) ?? '').split(' ')
  if (untilMs !== undefined) await raw.hset(state, 'claim', [version, Number(untilMs) - byMs, ...claimant].join(' '))
}
