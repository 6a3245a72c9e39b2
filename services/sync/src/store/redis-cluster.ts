import type { Log } from '@matinee/kernel'
import { openRedisConnection, type RedisConnection } from './redis-connection'
import { hasMoved, readOnly, refusalOf } from './redis-refusal'
import type { Script } from './redis-scripts'
import { askTopology, slotOf, type Topology } from './redis-topology'

export interface RedisClusterOptions {
  /** Some servers of the cluster; they tell of the others, which take the same credentials. */
  readonly urls: readonly [string, ...string[]]
  readonly log: Log
  readonly commandTimeoutMs: number
  readonly scripts: readonly Script[]
}

/** While all is well the cluster is asked every so many rounds, for slots that have been moved. */
const calmRounds = 10

/**
 * A Redis Cluster as one connection: one to each primary, found by the slot of the
 * key. It counts as connected while every slot has a primary that is. A call on a
 * server that is away, or has a slot no longer, is refused, and the cluster is asked
 * who has it now.
 */
export function openRedisCluster({ urls, log, commandTimeoutMs, scripts }: RedisClusterOptions): RedisConnection {
  const listeners: ((connected: boolean) => void)[] = []
  const shards = new Map<string, RedisConnection>()
  const channels = new Map<string, (message: string) => void>()
  /** Where each channel is subscribed to. */
  const placed = new Map<string, string>()
  let topology: Topology | undefined
  let answering = false
  let asking = false
  let rounds = 0
  let asked = 0
  let settling = Promise.resolve()
  let stopped = false

  const urlOf = (address: string): string => {
    const url = new URL(urls[0])
    url.host = address
    return url.href
  }
  const shardOf = (key: string) => {
    const owner = topology?.ownerOf(slotOf(key))
    return owner === undefined ? undefined : shards.get(owner)
  }
  const tell = (now: boolean) => {
    if (now === answering) return
    answering = now
    for (const listener of listeners) listener(now)
  }

  /** Asks one server after the other, round by round: one that was cut off may tell what no longer holds. */
  async function ask(): Promise<void> {
    if (asking || stopped) return
    asking = true
    const servers = [...urls, ...(topology?.servers.map(urlOf) ?? [])]
    const server = servers[asked++ % servers.length] ?? urls[0]
    try {
      adopt(await askTopology(server, commandTimeoutMs))
    } catch (error) {
      log.debug('a server of the cluster does not answer', { host: new URL(server).host, error })
    } finally {
      asking = false
    }
  }

  function adopt(fresh: Topology): void {
    if (stopped) return
    topology = fresh
    for (const [address, shard] of shards) {
      if (fresh.primaries.includes(address)) continue
      shards.delete(address)
      void shard.stop()
    }
    for (const [channel, address] of placed) {
      if (fresh.ownerOf(slotOf(channel)) === address) continue
      placed.delete(channel)
      shards.get(address)?.unsubscribe(channel)
    }
    for (const address of fresh.primaries) if (!shards.has(address)) shards.set(address, openShard(address))
    settle()
  }

  function openShard(address: string): RedisConnection {
    const itsLog = log.with({ redis: address })
    const shard = openRedisConnection({ url: urlOf(address), clustered: true, log: itsLog, commandTimeoutMs, scripts })
    shard.onConnected(settle)
    return shard
  }

  /** One after the other: tells of an outage at once, and of its end when every channel is where its room is. */
  function settle(): void {
    const whole = () => topology !== undefined && [...shards.values()].every((shard) => shard.connected())
    if (!whole() || placed.size < channels.size) tell(false)
    settling = settling.then(async () => {
      if (stopped || !whole()) return
      try {
        for (const [channel, hear] of channels) {
          if (placed.has(channel)) continue
          const owner = await place(channel, hear)
          if (owner !== undefined && channels.has(channel)) placed.set(channel, owner)
        }
      } catch {
        // Tried again in the next round.
        return
      }
      if (!stopped && whole() && placed.size === channels.size) tell(true)
    })
  }

  /** Resolves to the server on which the channel is subscribed to; to none where that is no server of the cluster any more. */
  async function place(channel: string, hear: (message: string) => void): Promise<string | undefined> {
    const owner = topology?.ownerOf(slotOf(channel))
    const shard = owner === undefined ? undefined : shards.get(owner)
    if (owner === undefined || !shard) throw readOnly()
    await shard.subscribe(channel, hear)
    return shards.get(owner) === shard ? owner : undefined
  }

  /** Does something at the server that has the keys. */
  async function at<Done>(keys: readonly string[], run: (shard: RedisConnection) => Promise<Done>): Promise<Done> {
    const shard = shardOf(keys[0] ?? '')
    if (!shard) throw readOnly()
    try {
      return await run(shard)
    } catch (error) {
      if (error instanceof Error && hasMoved(error.cause)) void ask()
      throw error
    }
  }

  void ask()
  const watch = setInterval(() => {
    if (!answering || ++rounds % calmRounds === 0) void ask()
    if (!answering) settle()
  }, commandTimeoutMs / 4)

  return {
    clustered: true,
    run: (script, keys, args) => at(keys, (shard) => shard.run(script, keys, args)),
    runTogether: (script, keys, args) => at(keys, (shard) => shard.runTogether(script, keys, args)),
    async subscribe(channel, hear) {
      const owner = await place(channel, hear).catch((error) => {
        throw refusalOf(error)
      })
      channels.set(channel, hear)
      if (owner !== undefined) placed.set(channel, owner)
    },
    unsubscribe(channel) {
      channels.delete(channel)
      const address = placed.get(channel)
      placed.delete(channel)
      if (address !== undefined) shards.get(address)?.unsubscribe(channel)
    },
    connected: () => answering,
    onConnected: (listener) => void listeners.push(listener),
    async stop() {
      stopped = true
      clearInterval(watch)
      listeners.length = 0
      await Promise.all([...shards.values()].map((shard) => shard.stop()))
    },
  }
}
