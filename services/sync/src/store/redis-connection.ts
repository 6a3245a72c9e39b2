import type { Log } from '@matinee/kernel'
import { Redis, type RedisOptions } from 'ioredis'
import { createBatches } from './redis-batches'
import { openRedisCommands } from './redis-commands'
import { errorIn, isPast, readOnly, refusalOf } from './redis-refusal'
import type { Script } from './redis-scripts'

/** What the room log needs of Redis, be it one server or a cluster. */
export interface RedisConnection {
  /** Whether all keys of a call have to be named. */
  readonly clustered: boolean
  /** Runs a script. Rejects with `Refusal('read_only')` when Redis cannot be reached or does not answer in time; nothing is sent twice. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>
  /** The same for a script that takes several callers at once, and answers each with a text (see redis-batches.ts): with whatever else is asked of it now. */
  runTogether(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>
  /** Hears a sharded channel, also after reconnects, in place of whoever heard it before. */
  subscribe(channel: string, hear: (message: string) => void): Promise<void>
  unsubscribe(channel: string): void
  connected(): boolean
  /** Hears of every change. True means: commands are answered, and every channel is subscribed to again. */
  onConnected(listener: (connected: boolean) => void): void
  stop(): Promise<void>
}

export interface RedisConnectionOptions {
  readonly url: string
  /** Whether the server is one of a cluster. */
  readonly clustered: boolean
  readonly log: Log
  readonly commandTimeoutMs: number
  readonly scripts: readonly Script[]
}

/**
 * Two connections to Redis that count as one: a call is made only while both are
 * usable, and an answer that does not come in time breaks them, so that whoever
 * did not get an answer hears of a reconnect.
 */
export function openRedisConnection({ url, clustered, log, commandTimeoutMs, scripts }: RedisConnectionOptions): RedisConnection {
  const listeners: ((connected: boolean) => void)[] = []
  const hearing = new Map<string, (message: string) => void>()
  let lastError: unknown
  let answering = false
  /** One line an outage, however many attempts fail. */
  let reported = false

  const report = () => {
    if (reported) return
    reported = true
    log.warn('redis does not answer', { error: lastError })
  }
  const failed = (error: unknown) => {
    lastError = error
    if (!answering) report()
  }
  const settle = () => {
    const now = commands.usable() && channels.usable()
    if (now === answering) return
    answering = now
    if (now) {
      reported = false
      log.info('redis answers')
    } else report()
    for (const listener of listeners) listener(now)
  }
  const commands = openRedisCommands({ url, clustered, scripts, timeoutMs: commandTimeoutMs, changed: settle, failed })
  const channels = openChannels(new Redis(url, optionsFor(commandTimeoutMs)), {
    prepare: (redis) => Promise.all([...hearing.keys()].map((channel) => redis.ssubscribe(channel))),
    changed: settle,
    failed,
  })

  channels.redis.on('smessage', (channel: string, message: string) => {
    try {
      hearing.get(channel)?.(message)
    } catch (error) {
      // Thrown on, it would break the client's parser, and with it all rooms.
      log.error('a message from the channel was not taken', { channel, error })
    }
  })

  // A connection on which nothing is under way looks well whatever happened to the server: asking is the only way to know.
  const heartbeat = setInterval(() => {
    if (channels.usable()) channels.redis.ping().catch(() => {})
  }, commandTimeoutMs)

  /** The error as the caller is told it; a connection that cannot go on is given up. */
  const refused = (error: unknown): unknown => {
    if (isPast(error)) commands.drop()
    return refusalOf(error)
  }
  const run: RedisConnection['run'] = async (script, keys, args) => {
    if (!answering) throw readOnly(lastError)
    try {
      return await commands.run(script, keys, args)
    } catch (error) {
      throw refused(error)
    }
  }
  const batches = createBatches(run)

  return {
    clustered,
    run(script, keys, args) {
      batches.flush()
      return run(script, keys, args)
    },
    async runTogether(script, keys, args) {
      if (!answering) throw readOnly(lastError)
      const answer = await batches.add(clustered ? (keys[0] ?? '') : '', script, keys, args)
      const error = errorIn(answer)
      if (error) throw refused(error)
      return answer
    },
    async subscribe(channel, hear) {
      if (!answering) throw readOnly(lastError)
      const known = hearing.has(channel)
      hearing.set(channel, hear)
      if (known) return
      try {
        await channels.redis.ssubscribe(channel)
      } catch (error) {
        if (hearing.get(channel) === hear) hearing.delete(channel)
        throw refusalOf(error)
      }
    },
    unsubscribe(channel) {
      // Where this fails, the connection is broken, and the next one does not subscribe to it.
      if (hearing.delete(channel)) channels.redis.sunsubscribe(channel).catch(() => {})
    },
    connected: () => answering,
    onConnected: (listener) => void listeners.push(listener),
    async stop() {
      clearInterval(heartbeat)
      listeners.length = 0
      commands.stop()
      await channels.stop()
    },
  }
}

interface ChannelsOptions {
  readonly prepare: (redis: Redis) => Promise<unknown>
  readonly changed: () => void
  readonly failed: (error: unknown) => void
}

/** One connection that counts as usable once `prepare` has succeeded on it, and is made anew for ever. */
function openChannels(redis: Redis, { prepare, changed, failed }: ChannelsOptions) {
  let usable = false
  let stopped = false

  redis.on('error', failed)
  redis.on('ready', () => {
    const { stream } = redis
    prepare(redis).then(
      () => {
        // The answer may be that of a connection which has broken meanwhile.
        if (stopped || redis.stream !== stream || redis.status !== 'ready') return
        usable = true
        changed()
      },
      (error) => {
        failed(error)
        stream.destroy()
      },
    )
  })
  redis.on('close', () => {
    usable = false
    changed()
  })

  return {
    redis,
    usable: () => usable,
    async stop() {
      stopped = true
      // Between two attempts there is nothing to end, and nothing would tell of it.
      if (redis.status === 'end' || redis.status === 'reconnecting') return redis.disconnect()
      const ended = new Promise<void>((resolve) => redis.once('end', resolve))
      redis.disconnect()
      redis.stream?.destroy()
      await ended
    },
  }
}

function optionsFor(commandTimeoutMs: number) {
  return {
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    // Silence while an answer is due destroys the socket, where a mere time-out of the command would leave it in use.
    socketTimeout: commandTimeoutMs,
    keepAlive: 10_000,
    retryStrategy: (attempt: number) => Math.min(1_000, 50 * 2 ** (attempt - 1)),
    maxLoadingRetryTime: 500,
    // With these three a command is sent at once on a connection that is ready, or never, and fails as soon as that breaks.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // We subscribe ourselves, to know when it is done.
    autoResubscribe: false,
  } satisfies RedisOptions
}
