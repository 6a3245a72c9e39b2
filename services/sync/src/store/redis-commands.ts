import { RedisClient } from 'bun'
import type { Script } from './redis-scripts'

/** After this part of the time for which a reign is trusted it is asked for anew: the answer is there before the rest is over. */
const goodTime = 3 / 4

export interface RedisCommandsOptions {
  readonly url: string
  /** Whether the server has to be one of a cluster, or must not be. */
  readonly clustered: boolean
  readonly scripts: readonly Script[]
  /** An answer that takes longer breaks the connection, and with it everything under way. */
  readonly timeoutMs: number
  /** Hears that it has become usable, or no longer is. */
  readonly changed: () => void
  readonly failed: (error: unknown) => void
}

/**
 * The connection that runs scripts, usable once Redis has told its reign and been
 * given all scripts, and made anew for ever. Bun's own client: it costs half of what
 * ioredis does, and sends the calls of one turn in one write. It speaks to a single
 * server, and has no time-out: that is here.
 */
export function openRedisCommands({ url, clustered, scripts, timeoutMs, changed, failed }: RedisCommandsOptions) {
  /** For so long a reign is taken to hold after it was asked for. */
  const trustedMs = timeoutMs / 4
  const digests = new Map(scripts.map((script) => [script, new Bun.CryptoHasher('sha1').update(script.text).digest('hex')]))
  /** When each call under way was made, oldest first: they are answered in that order. */
  let madeMs: number[] = []
  let client = connect()
  let reign = ''
  /** When the reign that holds was asked for last. */
  let confirmedMs = 0
  /** The connection over which it is just being asked for. */
  let asking: RedisClient | undefined
  /** Calls that wait until it has been, in order. */
  const held: (() => void)[] = []
  let deadline: Timer | undefined
  let usable = false
  let failures = 0
  let retry: Timer | undefined
  let stopped = false

  function connect(): RedisClient {
    // With these a command is sent at once on a connection that is ready, or never, and fails as soon as that breaks:
    // sent again on another connection, it would tell a reign that is over, or take effect twice.
    const made = new RedisClient(url, { autoReconnect: false, enableOfflineQueue: false, connectionTimeout: timeoutMs })
    made.onclose = (error) => lost(made, error)
    made.connect().then(
      () => begin(made),
      (error) => lost(made, error),
    )
    return made
  }

  async function begin(made: RedisClient): Promise<void> {
    try {
      const [told, cluster] = await Promise.all([askReign(), send('INFO', ['cluster']), load()])
      mustBe(clustered, String(cluster))
      if (client !== made || stopped) return
      reign = told.reign
      confirmedMs = told.askedMs
      usable = true
      failures = 0
      changed()
    } catch (error) {
      failed(error)
      made.close()
    }
  }

  /** Told more than once of some connections, and of those that were replaced. */
  function lost(which: RedisClient, error: unknown): void {
    if (which !== client || retry || stopped) return
    failed(error)
    madeMs = []
    retry = setTimeout(
      () => {
        retry = undefined
        client = connect()
      },
      Math.min(1_000, 50 * 2 ** failures++),
    )
    if (!usable) return
    usable = false
    changed()
    goOn()
  }

  /** In this turn, in their order: what is run next must not overtake them. */
  function goOn(): void {
    for (const go of held.splice(0)) go()
  }

  async function send(command: string, args: string[]): Promise<unknown> {
    const by = client
    madeMs.push(performance.now())
    deadline ??= setTimeout(watch, timeoutMs)
    try {
      return await by.send(command, args)
    } finally {
      if (by === client) madeMs.shift()
    }
  }

  /** Gives the connection up when an answer is late. */
  function watch(): void {
    deadline = undefined
    const [oldestMs] = madeMs
    if (oldestMs === undefined) return
    const leftMs = oldestMs + timeoutMs - performance.now()
    if (leftMs > 0) deadline = setTimeout(watch, leftMs)
    else client.close()
  }

  const load = () => Promise.all(scripts.map(({ text }) => send('SCRIPT', ['LOAD', text])))

  /** The server's reign, and when it was asked for. Rejects where this process was frozen meanwhile: the answer may be of long ago. */
  async function askReign() {
    const askedMs = performance.now()
    const info = String(await send('INFO', ['replication']))
    if (performance.now() - askedMs > timeoutMs) throw new Error('the server told its reign too late')
    return { reign: reignOf(info), askedMs }
  }

  /**
   * A connection outlives the demotion of its server, and the promotion that may follow. Its reign is asked for so often
   * that none can have come between: the data of another primary take longer to load. This also tells a dead connection,
   * which looks well while nothing is under way.
   */
  async function checkReign(): Promise<void> {
    if (asking === client) return
    const by = client
    asking = by
    try {
      const told = await askReign()
      if (by !== client || !usable) return
      if (told.reign !== reign) throw new Error('the server has begun another reign')
      confirmedMs = told.askedMs
      asking = undefined
      goOn()
    } catch (error) {
      lost(by, error)
      by.close()
    }
  }

  /** While nothing is run nobody else asks. */
  const heartbeat = setInterval(() => {
    if (usable) void checkReign()
  }, timeoutMs)

  return {
    usable: () => usable,
    /** Rejects with the server's own error, or that of a connection that broke. Nothing is sent twice. */
    run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
      const go = () =>
        usable
          ? send('EVALSHA', [digests.get(script) ?? '', `${keys.length}`, ...keys, ...args.map(String), reign])
          : Promise.reject(new Error('there is no connection'))
      if (!usable) return go()
      const askedAgoMs = performance.now() - confirmedMs
      // In good time, and in the same write as what is run.
      if (askedAgoMs > trustedMs * goodTime) void checkReign()
      if (askedAgoMs <= trustedMs && held.length === 0) return go()
      // Nothing was run for a while, or this process was frozen: whatever happened to the server meanwhile, it has not seen.
      return new Promise((resolve) => held.push(() => resolve(go())))
    },
    /** Gives this connection up, for a new one. */
    drop: () => client.close(),
    stop(): void {
      stopped = true
      usable = false
      clearInterval(heartbeat)
      clearTimeout(deadline)
      clearTimeout(retry)
      goOn()
      client.close()
    },
  }
}

/**
 * The server's `master_replid`, which every start and every promotion gives anew. Throws where it takes no writes: the
 * name that a replica tells is its primary's, and changes when it is promoted.
 */
function reignOf(info: string): string {
  if (fieldOf(info, 'role') !== 'master') throw new Error('the server is a replica')
  const reign = fieldOf(info, 'master_replid')
  if (reign === undefined) throw new Error('the server tells no master_replid')
  return reign
}

/** Throws where a server is one of a cluster and should not be, or the other way round. */
function mustBe(clustered: boolean, info: string): void {
  if ((fieldOf(info, 'cluster_enabled') === '1') === clustered) return
  throw new Error(clustered ? 'the server is in no cluster' : 'the server is one of a cluster, of which several have to be named')
}

const fieldOf = (info: string, name: string): string | undefined => new RegExp(`^${name}:(\\w+)`, 'm').exec(info)?.[1]
