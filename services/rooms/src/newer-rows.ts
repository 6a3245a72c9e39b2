import type { NewerRows, NewerRowsQuery } from '@matinee/contracts'
import { participantRow, roomRow } from './domain/rows'
import type { Change, RoomStore } from './ports'

/** How many changes one answer holds at most. */
const changesAtMost = 1_000

/** What other services have missed of rooms, from the versions on that they know. */
export const createNewerRows =
  ({ store }: { store: RoomStore }) =>
  async ({ rooms }: NewerRowsQuery): Promise<NewerRows> => {
    const known = new Map(rooms.map(({ room_code: code, after }) => [code, after]))
    // One more than an answer holds tells whether there is more.
    const found = await store.newer(
      [...known].map(([code, after]) => ({ code, after })),
      changesAtMost + 1,
    )
    const page = found.slice(0, changesAtMost)
    const more = found.length > page.length
    const cutRoom = more ? page.at(-1)?.room.code : undefined
    return {
      rooms: [...Map.groupBy(page, ({ room }) => room.code)].map(([code, changes]) =>
        answerOf(changes, { after: known.get(code) ?? 0, isCut: code === cutRoom }),
      ),
      more,
    }
  }
export type AskNewerRows = ReturnType<typeof createNewerRows>

function answerOf(changes: readonly Change[], { after, isCut }: { after: number; isCut: boolean }): NewerRows['rooms'][number] {
  const [first] = changes
  if (!first) throw new Error('a room without a change was answered')
  const { room } = first
  const participants = changes.flatMap(({ participant }) => (participant ? [participantRow(room, participant)] : []))
  return {
    room_code: room.code,
    room: room.version > after ? roomRow(room) : null,
    participants,
    // People's rows come in the order of their versions: where they are cut off, all up to the last are here.
    up_to: isCut ? (participants.at(-1)?.version ?? room.counter) : room.counter,
  }
}
