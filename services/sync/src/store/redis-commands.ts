import { RedisClient } from 'bun'
import type { Script } from './redis-scripts'

export interface RedisCommandsOptions {
  readonly url: string
  readonly scripts: readonly Script[]
  /** An answer that takes longer breaks the connection, and with it everything under way. */
  readonly timeoutMs: number
  /** Hears that it has become usable, or no longer is. */
  readonly changed: () => void
  readonly failed: (error: unknown) => void
}

export type RedisCommands = ReturnType<typeof openRedisCommands>

/**
 * The connection that runs scripts, usable once Redis has been given all of them,
 * and made anew for ever. Bun's own client: it costs half of what ioredis does,
 * and sends the calls of one turn in one write. It speaks to a single server, and
 * has no time-out: that is here.
 */
export function openRedisCommands({ url, scripts, timeoutMs, changed, failed }: RedisCommandsOptions) {
  const digests = new Map(scripts.map((script) => [script, new Bun.CryptoHasher('sha1').update(script.text).digest('hex')]))
  /** When each call under way was made, oldest first: they are answered in that order. */
  let madeMs: number[] = []
  let heardMs = performance.now()
  let client = connect()
  let usable = false
  let failures = 0
  let retry: Timer | undefined
  let stopped = false

  function connect(): RedisClient {
    // With these a command is sent at once on a connection that is ready, or never, and fails as soon as that breaks.
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
      await load()
      if (client !== made || stopped) return
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
  }

  async function send(command: string, args: string[]): Promise<unknown> {
    const by = client
    madeMs.push(performance.now())
    try {
      return await by.send(command, args)
    } finally {
      heardMs = performance.now()
      if (by === client) madeMs.shift()
    }
  }

  const load = () => Promise.all(scripts.map(({ text }) => send('SCRIPT', ['LOAD', text])))

  const watch = setInterval(() => {
    const nowMs = performance.now()
    if (nowMs - (madeMs[0] ?? nowMs) > timeoutMs) client.close()
    // A connection on which nothing is under way looks well whatever happened to the server: asking is the only way to know.
    else if (usable && madeMs.length === 0 && nowMs - heardMs > timeoutMs) send('PING', []).catch(() => {})
  }, timeoutMs / 4)

  return {
    usable: () => usable,
    /** Rejects with the server's own error, or that of a connection that broke. Nothing is sent twice. */
    run: (script: Script, key: string, args: readonly (string | number)[]): Promise<unknown> =>
      send('EVALSHA', [digests.get(script) ?? '', '1', key, ...args.map(String)]),
    /** Gives Redis the scripts again, should it have forgotten them. */
    load,
    /** Gives this connection up, for a new one. */
    drop: () => client.close(),
    stop(): void {
      stopped = true
      usable = false
      clearInterval(watch)
      clearTimeout(retry)
      client.close()
    },
  }
}
