import type { Clock, Log } from '@matinee/kernel'
import type { Consumer, FollowOptions } from '../bus'
import { eventOf } from '../event-text'
import type { Stream } from './stream'

/** Hands the stream's events to one caller, one after the other, from an instant on. */
export function followStream(
  stream: Stream,
  options: FollowOptions,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Consumer {
  const { types, sinceMs, handler } = options
  // The instant as it is now, a whole millisecond early: wall clocks tell no fractions, and too much is better than too little.
  const fromMs = clock.monotonicMs() - (clock.nowMs() - sinceMs) - 1
  const wanted = new Set(types)
  const storedBefore = stream.lastSeq()
  const ready = Promise.withResolvers<void>()
  let seq = 0
  let [paused, stopped] = [false, false]
  let running: Promise<void> | undefined

  const wake = () => {
    running ??= catchUp()
  }
  async function catchUp() {
    // Off the publisher's stack: a publisher never waits for a handler.
    await Promise.resolve()
    while (!paused && !stopped) {
      const stored = stream.after(seq)
      if (!stored || stored.seq > storedBefore) ready.resolve()
      if (!stored) break
      seq = stored.seq
      if (stored.storedAtMs < fromMs || !wanted.has(stored.type)) continue
      const event = eventOf(stored.text)
      if (event) await handler(event).catch((error) => log.error('a followed event could not be handled', { type: event.type, error }))
    }
    // In the same turn as the last look: an event that comes right after finds nobody running, and wakes.
    running = undefined
  }

  const ignore = stream.onAppend(wake)
  wake()
  return {
    ready: ready.promise,
    async stop() {
      stopped = true
      ignore()
      await running
      // Nobody may wait for what no longer comes.
      ready.resolve()
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      wake()
    },
  }
}
