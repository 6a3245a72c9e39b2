import type { Log } from '@matinee/kernel'
import type { Connected, Link } from './connection'

/** When a session is to end. */
export interface Session {
  readonly connected: Connected
  /** Aborted when the connection breaks, and when the consumer is paused or stopped. */
  readonly ended: AbortSignal
}

/** A loop of sessions that can be held back and ended. */
export interface Sessions {
  pause(): void
  resume(): void
  /** Resolves when the session under way has ended. */
  stop(): Promise<void>
}

const retryMs = 500

/** Runs a session whenever there is a connection and it is neither paused nor stopped; one that ends or fails is followed by another. */
export function runSessions(link: Link, work: (session: Session) => Promise<void>, log: Log): Sessions {
  let stopped = false
  let resumed = Promise.withResolvers<void>()
  resumed.resolve()
  let paused = false
  let current = new AbortController()

  async function run() {
    while (!stopped) {
      await resumed.promise
      const connected = await link.connected()
      if (paused || stopped) continue
      current = new AbortController()
      const ended = AbortSignal.any([current.signal, connected.broken])
      try {
        if (!ended.aborted) await work({ connected, ended })
      } catch (error) {
        if (ended.aborted) continue
        // No stream yet, no JetStream yet, a consumer that was lost with its server.
        log.debug('a consumer starts again', { error })
        await Bun.sleep(retryMs)
      }
    }
  }
  // It ends by itself only when the link is closed.
  const running = run().catch(() => {})

  return {
    pause() {
      if (paused) return
      paused = true
      resumed = Promise.withResolvers()
      current.abort()
    },
    resume() {
      paused = false
      resumed.resolve()
    },
    async stop() {
      stopped = true
      current.abort()
      resumed.resolve()
      // Without a connection there is no session to wait for.
      if (link.now()) await running
    },
  }
}
