import { lookup as dnsLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type Log, silentLog } from '@matinee/kernel'

/** All addresses of a host name. */
export type Lookup = (hostname: string) => Promise<readonly string[]>

/** Where the replicas of a service are, kept up to date. */
export interface Resolver {
  /** `host:port` of every replica, sorted; the last known while DNS does not answer. */
  addresses(): readonly string[]
  /** Calls with the new addresses when they differ. Returns how to stop. */
  onChange(changed: (addresses: readonly string[]) => void): () => void
  /** Asks again now; resolves when answered. Never rejects. */
  refresh(): Promise<void>
  stop(): void
}

export interface ResolverOptions {
  /** Base addresses such as `http://rooms:4002` or `ws://sync:4103`; each host name may stand for several replicas. */
  readonly urls: readonly string[]
  readonly refreshMs?: number
  readonly lookup?: Lookup
  readonly log?: Log
}

/** Finds all replicas behind host names, now and every `refreshMs`. `localhost` and IP addresses are taken as they are. Resolves after the first look, whether or not it found any. */
export async function openResolver({ urls, refreshMs = 5_000, lookup = lookupAll, log = silentLog }: ResolverOptions): Promise<Resolver> {
  const hosts = urls.map(hostOf)
  const last = new Map<string, readonly string[]>()
  const listeners = new Set<(addresses: readonly string[]) => void>()
  let current: readonly string[] = []

  const find = async ({ hostname, port }: Host) => {
    if (isLiteral(hostname)) return [join(hostname, port)]
    const key = join(hostname, port)
    try {
      const found = (await lookup(hostname)).map((address) => join(address, port))
      if (found.length > 0) last.set(key, found)
    } catch (error) {
      log.warn('a host name did not resolve', { hostname, known: last.get(key)?.length ?? 0, error: String(error) })
    }
    return last.get(key) ?? []
  }

  const refresh = async () => {
    const next = [...new Set((await Promise.all(hosts.map(find))).flat())].sort()
    if (next.join() === current.join()) return
    current = next
    for (const changed of listeners) changed(next)
  }

  await refresh()
  const timer = hosts.every(({ hostname }) => isLiteral(hostname)) ? undefined : setInterval(() => void refresh(), refreshMs)
  timer?.unref()
  return {
    addresses: () => current,
    onChange(changed) {
      listeners.add(changed)
      return () => void listeners.delete(changed)
    },
    refresh,
    stop: () => clearInterval(timer),
  }
}

interface Host {
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string
  readonly port: string
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' }

function hostOf(url: string): Host {
  const { protocol, hostname, port } = new URL(url)
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port: port || (defaultPorts[protocol] ?? '80') }
}

const isLiteral = (hostname: string) => hostname === 'localhost' || isIP(hostname) !== 0
const join = (address: string, port: string) => (isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`)
const lookupAll: Lookup = async (hostname) => (await dnsLookup(hostname, { all: true })).map(({ address }) => address)
