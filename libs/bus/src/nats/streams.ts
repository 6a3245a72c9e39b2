import { type StreamName, streamDuplicateWindowMs, streamMaxAgeMs, streams } from '@matinee/contracts'
import type { Log } from '@matinee/kernel'
import { DiscardPolicy, type JetStreamManager, nanos, RetentionPolicy, StorageType } from 'nats'
import type { Connected } from './connection'

const retryMs = 500

/** Makes each stream that is missing, or brings its settings up to date; tries again for as long as this connection lasts. */
export async function ensureStreams(names: readonly StreamName[], { jsm, broken }: Connected, log: Log): Promise<void> {
  for (const name of names) {
    while (!broken.aborted) {
      try {
        await ensureStream(name, jsm)
        break
      } catch (error) {
        // Right after its start a server does not answer for JetStream yet.
        log.warn('a stream could not be made', { stream: name, error })
        await Bun.sleep(retryMs)
      }
    }
  }
}

async function ensureStream(name: StreamName, jsm: JetStreamManager) {
  const settings = {
    subjects: [...streams[name].subjects],
    max_age: nanos(streamMaxAgeMs),
    duplicate_window: nanos(streamDuplicateWindowMs),
    discard: DiscardPolicy.Old,
  }
  const known = await jsm.streams.info(name).catch((error) => {
    if (error instanceof Error && error.message.includes('stream not found')) return undefined
    throw error
  })
  if (!known) {
    await jsm.streams.add({ name, storage: StorageType.File, retention: RetentionPolicy.Limits, ...settings })
    return
  }
  // What an operator has set besides, such as replicas, stays.
  const isCurrent = Object.entries(settings).every(([key, value]) => Bun.deepEquals(value, known.config[key as keyof typeof settings]))
  if (!isCurrent) await jsm.streams.update(name, { ...known.config, ...settings })
}
