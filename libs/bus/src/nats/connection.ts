import type { Log } from '@matinee/kernel'
import { connect, Events, type JetStreamClient, type JetStreamManager, type NatsConnection } from 'nats'

/** A connection that comes and goes. */
export interface Link {
  /** What there is while the server answers, else undefined. */
  now(): Connected | undefined
  /** Resolves with the connection as soon as there is one; rejects once closed. */
  connected(): Promise<Connected>
  /** Hears of every connect and reconnect from now on, and of the one there is. */
  onConnect(listener: (connected: Connected) => void): void
  /** Hears of every change between answering and not, from now on; after whoever hears of the connect itself. */
  onChange(listener: (connected: boolean) => void): void
  close(): Promise<void>
}

export interface Connected {
  readonly nc: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  /** Ends when this connection breaks, though another may follow over the same `nc`. */
  readonly broken: AbortSignal
}

export interface LinkOptions {
  readonly servers: readonly string[]
  readonly name: string
  readonly log: Log
}

const connectRetryMs = 500
const requestTimeoutMs = 2_000
// A server that stopped answering is noticed after two pings; the client's own default is minutes.
const limits = { timeout: requestTimeoutMs, pingInterval: 5_000, maxPingOut: 2 }

/** Connects for as long as it takes, and again after every break. */
export function openLink({ servers, name, log }: LinkOptions): Link {
  let current: Connected | undefined
  let nc: NatsConnection | undefined
  let broken = new AbortController()
  const closing = new AbortController()
  const listeners = new Set<(connected: Connected) => void>()
  const changeListeners: ((connected: boolean) => void)[] = []
  let waiting = Promise.withResolvers<Connected>()
  // Whoever waits hears of the close; nobody has to.
  waiting.promise.catch(() => {})

  async function up(opened: NatsConnection) {
    broken = new AbortController()
    const js = opened.jetstream({ timeout: requestTimeoutMs })
    const jsm = await opened.jetstreamManager({ timeout: requestTimeoutMs, checkAPI: false })
    current = { nc: opened, js, jsm, broken: broken.signal }
    waiting.resolve(current)
    for (const listener of listeners) listener(current)
    for (const listener of changeListeners) listener(true)
  }
  function down() {
    if (!current) return
    current = undefined
    waiting = Promise.withResolvers()
    waiting.promise.catch(() => {})
    broken.abort()
    for (const listener of changeListeners) listener(false)
  }

  /** Not the client's own `waitOnFirstConnect`: that cannot be called off. */
  async function dial(): Promise<NatsConnection | undefined> {
    while (!closing.signal.aborted) {
      try {
        return await connect({ servers: [...servers], name, maxReconnectAttempts: -1, reconnectTimeWait: connectRetryMs, ...limits })
      } catch (error) {
        log.debug('NATS does not answer yet', { error })
        await Bun.sleep(connectRetryMs)
      }
    }
    return undefined
  }

  async function watch(opened: NatsConnection) {
    for await (const { type } of opened.status()) {
      if (type === Events.Disconnect) {
        log.warn('NATS is gone')
        down()
      } else if (type === Events.Reconnect) {
        log.info('connected to NATS again')
        await up(opened)
      }
    }
  }

  async function run() {
    // More than once only when the client gives up for good, as it does when its credentials are refused.
    for (nc = await dial(); nc; nc = await dial()) {
      if (closing.signal.aborted) return nc.close()
      log.info('connected to NATS')
      await up(nc)
      // Its statuses do not end with the connection: nobody waits for this.
      void watch(nc)
      await nc.closed()
      down()
    }
  }
  const running = run().catch((error) => log.error('the NATS connection ended', { error }))

  return {
    now: () => current,
    connected: () => waiting.promise,
    onConnect(listener) {
      listeners.add(listener)
      if (current) listener(current)
    },
    onChange: (listener) => void changeListeners.push(listener),
    async close() {
      closing.abort()
      if (nc && current) await nc.drain().catch(() => nc?.close())
      else await nc?.close()
      down()
      waiting.reject(new Error('the bus is closed'))
      await running
    },
  }
}
