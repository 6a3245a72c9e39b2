import { Refusal } from '@matinee/kernel'
import type { LogEntry } from '../domain/log-entry'
import type { PresenceDueNote } from '../domain/note'
import type { RoomImage } from '../domain/room-image'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'

/** From one PRESENCE to the next; also how long to wait where nobody knows when the last one was. */
const pauseMs = 1_000

/** What waits to be told of a room's crowd, as the log says, and when its time comes. */
export interface CrowdDue {
  /** The log is as this image has it. */
  begin(image: RoomImage): void
  /** The next entry of the log. */
  follow(entry: LogEntry): void
  /** The offset of the note whose time has come, once; 0 while there is none. */
  take(): number
  /** It did not work out: it is due once more. */
  again(note: number): void
}

/** `monotonicMs`: a clock for durations. `expected` hears in how many milliseconds it will be due. */
export function createCrowdDue(monotonicMs: () => number, expected: (inMs: number) => void): CrowdDue {
  let note = 0
  let atMs = 0
  const expect = (offset: number, afterMs: number) => {
    note = offset
    atMs = monotonicMs() + afterMs
    if (note > 0) expected(afterMs)
  }
  return {
    begin: ({ presenceDue }) => expect(presenceDue, pauseMs),
    follow({ type, offset, payload }) {
      if (type === 'PRESENCE') note = 0
      else if (type === 'PRESENCE_DUE') expect(offset, (JSON.parse(payload) as PresenceDueNote).after_ms)
    },
    take() {
      if (note === 0 || monotonicMs() < atMs) return 0
      const taken = note
      note = 0
      return taken
    },
    again(taken) {
      if (note === 0) expect(taken, pauseMs)
    },
  }
}

/** Has the log tell who came and went, if it is time. Every node that serves the room does; the first one counts. Never rejects. */
export async function tellCrowd({ log, node, logger }: Pick<LiveContext, 'log' | 'node' | 'logger'>, room: LiveRoom): Promise<void> {
  const due = room.crowdDue.take()
  if (due === 0) return
  const { epoch } = room.replica
  try {
    const { entries } = await log.tellPresence(room.code, { epoch, node, due })
    if (room.replica.epoch === epoch) room.receive(entries)
  } catch (error) {
    if (!(error instanceof Refusal)) logger.error('who came and went could not be told', { error, room: room.code })
    if (room.replica.epoch === epoch) room.crowdDue.again(due)
  }
}
