import type { Log, Running } from '@matinee/kernel'
import type { Announcements } from './ports'

export interface RepetitionOptions {
  /** Tells whenever the bus comes and goes. */
  readonly bus: { onConnected(listener: (connected: boolean) => void): void }
  readonly announcements: Pick<Announcements, 'repeat'>
  readonly log: Log
}

/**
 * Announces what still matters again, now and whenever the bus is back: it may be another one, or have lost what it
 * stored. Those who heard it before see nothing new in it. Resolves when the first repetition is recorded.
 */
export async function repeatToWhoLostIt({ bus, announcements, log }: RepetitionOptions): Promise<Running> {
  let stopped = false
  let repeating = announcements.repeat()
  bus.onConnected((connected) => {
    if (connected && !stopped) repeating = repeating.then(repeatAgain)
  })
  // The first one is part of the start: a database that cannot be read fails it.
  await repeating

  async function repeatAgain() {
    if (stopped) return
    await announcements.repeat().catch((error) => log.warn('what was announced of late could not be announced again', { error }))
  }

  return {
    async stop() {
      stopped = true
      await repeating
    },
  }
}
