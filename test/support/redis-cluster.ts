import { RedisClient } from 'bun'
import { freePort } from './free-port'
import { startRedis } from './redis'
import type { TestServer } from './server'
import { until } from './until'

/** A Redis Cluster of the test's own. */
export interface RedisCluster {
  readonly primaries: readonly TestServer[]
  /** One for each primary, in their order. */
  readonly replicas: readonly TestServer[]
  /** The addresses of all servers, separated by commas. */
  readonly url: string
  /** Moves the slot of this key, some of its keys after the others, to another primary, as an operator does who makes room. */
  moveSlot(key: string): Promise<void>
  /** The primary that has this key now. */
  primaryOf(key: string): Promise<TestServer>
  stop(): Promise<void>
}

const slots = 16_384
const nodeTimeoutMs = 700
/** A room in which people talk has a key for each of their commands, and those who talk elsewhere meanwhile make more. */
const keysAtOnce = 100

/** Starts three primaries and a replica of each; resolves when all slots are served and every replica is up to date. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const servers = await Promise.all(Array.from({ length: 6 }, start))
  const [primaries, replicas] = [servers.slice(0, 3), servers.slice(3)]
  const clients = servers.map(({ url }) => new RedisClient(url))
  try {
    const ask = (at: number, command: string, ...args: string[]) => clients[at]?.send(command, args)
    for (const [at] of servers.entries()) await ask(at, 'CLUSTER', 'SET-CONFIG-EPOCH', `${at + 1}`)
    for (const [at] of primaries.entries()) {
      const [first, next] = [at, at + 1].map((part) => Math.floor((slots * part) / primaries.length))
      await ask(at, 'CLUSTER', 'ADDSLOTSRANGE', `${first}`, `${(next ?? slots) - 1}`)
    }
    for (const { port, busPort } of servers.slice(1)) await ask(0, 'CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${busPort}`)
    const ids = await Promise.all(primaries.map((_, at) => ask(at, 'CLUSTER', 'MYID')))
    for (const [at] of replicas.entries()) {
      // It follows only whom it has met by now.
      await until(async () => (await ask(at + 3, 'CLUSTER', 'REPLICATE', String(ids[at]))) === 'OK', { withinMs: 10_000, everyMs: 50 })
    }
    const says = (word: string, ...asked: [at: number, command: string, section: string]) =>
      until(async () => String(await ask(...asked)).includes(word), { withinMs: 10_000, everyMs: 50 })
    for (const [at] of servers.entries()) await says('cluster_state:ok', at, 'CLUSTER', 'INFO')
    for (const [at] of replicas.entries()) await says('master_link_status:up', at + 3, 'INFO', 'replication')
  } finally {
    for (const client of clients) client.close()
  }
  return {
    primaries,
    replicas,
    url: servers.map(({ url }) => url).join(),
    moveSlot: (key) => moveSlot(primaries, key),
    async primaryOf(key) {
      const has = await Promise.all(primaries.map((server) => holds(server, key)))
      const primary = primaries[has.indexOf(true)]
      if (!primary) throw new Error(`no primary has ${key}`)
      return primary
    },
    async stop() {
      await Promise.all(servers.map((server) => server.kill()))
    },
  }
}

/** Whether the server itself has the key; one that does not would send whoever asks for it elsewhere. */
async function holds({ url }: TestServer, key: string): Promise<boolean> {
  const client = new RedisClient(url)
  try {
    const slot = String(await client.send('CLUSTER', ['KEYSLOT', key]))
    return Number(await client.send('CLUSTER', ['COUNTKEYSINSLOT', slot])) > 0
  } finally {
    client.close()
  }
}

async function moveSlot(primaries: readonly TestServer[], key: string): Promise<void> {
  const all = primaries.map(({ url, port }) => ({ client: new RedisClient(url), port }))
  try {
    const named = await Promise.all(all.map(async (each) => ({ ...each, id: String(await each.client.send('CLUSTER', ['MYID'])) })))
    const slot = String(await all[0]?.client.send('CLUSTER', ['KEYSLOT', key]))
    const counts = await Promise.all(named.map(({ client }) => client.send('CLUSTER', ['COUNTKEYSINSLOT', slot]).then(Number)))
    const from = named.find((_, at) => (counts[at] ?? 0) > 0)
    const to = named.find((each) => each !== from)
    if (!from || !to) throw new Error('nobody has the slot of this key')
    await to.client.send('CLUSTER', ['SETSLOT', slot, 'IMPORTING', from.id])
    await from.client.send('CLUSTER', ['SETSLOT', slot, 'MIGRATING', to.id])
    for (;;) {
      const keys = await from.client.send('CLUSTER', ['GETKEYSINSLOT', slot, `${keysAtOnce}`])
      if (!Array.isArray(keys) || keys.length === 0) break
      await from.client.send('MIGRATE', ['127.0.0.1', `${to.port}`, '', '0', '2000', 'KEYS', ...keys.map(String)])
    }
    for (const { client } of [to, from, ...named]) await client.send('CLUSTER', ['SETSLOT', slot, 'NODE', to.id])
  } finally {
    for (const { client } of all) client.close()
  }
}

async function start(): Promise<TestServer & { readonly busPort: number }> {
  const busPort = freePort()
  const server = await startRedis({
    more: [
      ...['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`, '--cluster-node-timeout', `${nodeTimeoutMs}`],
      ...['--cluster-announce-ip', '127.0.0.1', '--repl-diskless-sync-delay', '0'],
      // A replica may take over however long it has been cut off: what a test does to it takes longer than a crash does.
      ...['--cluster-replica-validity-factor', '0'],
    ],
  })
  return Object.assign(server, { busPort })
}
