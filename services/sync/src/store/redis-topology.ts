import { RedisClient } from 'bun'
import { listOf, numberOf, textOf } from './redis-replies'

/** Which primary has which of the 16,384 slots of a Redis Cluster. */
export interface Topology {
  /** Addresses of the primaries, `host:port`. */
  readonly primaries: readonly string[]
  /** Addresses of all servers. */
  readonly servers: readonly string[]
  /** The primary that has the slot; undefined while none has. */
  ownerOf(slot: number): string | undefined
}

/** Asks one server of the cluster. Rejects where it does not answer in time. */
export async function askTopology(url: string, timeoutMs: number): Promise<Topology> {
  const client = new RedisClient(url, { autoReconnect: false, enableOfflineQueue: false, connectionTimeout: timeoutMs })
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('the cluster does not tell its slots')), timeoutMs)
  try {
    const told = client.connect().then(() => client.send('CLUSTER', ['SLOTS']))
    return topologyOf(await Promise.race([told, late.promise]), new URL(url).hostname)
  } finally {
    clearTimeout(timer)
    client.close()
  }
}

/** The slot of a key: of what is between its first braces, where there is something. */
export function slotOf(key: string): number {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open)
  const tag = close > open + 1 ? key.slice(open + 1, close) : key
  let crc = 0
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8
    // CRC-16/XMODEM, which the cluster's specification names.
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80_00 ? ((crc << 1) ^ 0x10_21) & 0xff_ff : crc << 1
  }
  return crc % 16_384
}

/** Each range of slots: its first, its last, and its servers, the primary first. A server without a name is where we asked. */
function topologyOf(reply: unknown, askedHost: string): Topology {
  const addressOf = (server: unknown) => {
    const [host, port] = listOf(server)
    return `${host === null || host === '' ? askedHost : textOf(host)}:${numberOf(port)}`
  }
  const ranges = listOf(reply).map((range) => {
    const [first, last, ...servers] = listOf(range)
    return { first: numberOf(first), last: numberOf(last), servers: servers.map(addressOf) }
  })
  return {
    primaries: [...new Set(ranges.flatMap(({ servers }) => servers.slice(0, 1)))],
    servers: [...new Set(ranges.flatMap(({ servers }) => servers))],
    ownerOf: (slot) => ranges.find(({ first, last }) => first <= slot && slot <= last)?.servers[0],
  }
}
