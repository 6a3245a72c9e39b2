import { CommandError, type LiveClient, type Wish } from './live-client'
import { until } from './until'

/** People who go on talking, whatever happens. */
export interface Talk {
  /** Resolves when each of them has had `count` more lines acknowledged than now. */
  goesOn(count: number, withinMs?: number): Promise<void>
  /** Ends it, and resolves with every line that was acknowledged. */
  stop(): Promise<readonly string[]>
}

/** Lets each client say one line after the other, each once the last was acknowledged; the first of them drives the video in between. */
export function startTalk(clients: readonly LiveClient[]): Talk {
  const said = clients.map((): string[] => [])
  let over = false

  const speaking = clients.map(async (client, who) => {
    for (let line = 0; !over; line++) {
      if (who === 0 && line % 3 === 0) await insist(client, { type: line % 2 === 0 ? 'PLAY' : 'SEEK', time: line })
      const message = `${who}.${line}`
      await insist(client, { type: 'CHAT_MESSAGE', message })
      said[who]?.push(message)
    }
  })
  // Whoever fails fails the test in `goesOn` or `stop`.
  const failed = Promise.all(speaking).then(() => {})
  failed.catch(() => {})

  return {
    async goesOn(count, withinMs = 15_000) {
      const wanted = said.map(({ length }) => length + count)
      const done = until(() => said.every(({ length }, who) => length >= (wanted[who] ?? 0)), { withinMs })
      const cause = await Promise.race([
        done.then(
          () => undefined,
          (error: unknown) => error,
        ),
        failed.then(() => undefined),
      ])
      if (cause) throw new Error(`they fell silent: ${said.map(({ length }, who) => `${length} of ${wanted[who]}`).join(', ')}`, { cause })
    },
    async stop() {
      over = true
      await failed
      return said.flat()
    },
  }
}

let count = 0

/** Sends a command until it is acknowledged, under one id, as often as it is refused for the moment only. */
export async function insist(client: LiveClient, wish: Wish, id = `insist${++count}`): Promise<number> {
  for (;;) {
    try {
      return await client.command(wish, id)
    } catch (error) {
      if (!(error instanceof CommandError && error.retryable)) throw error
      await Bun.sleep(Math.min(error.frame.retry_after_ms ?? 100, 200))
    }
  }
}
