import { expect, test } from 'bun:test'
import type { NewerRows } from '@matinee/contracts'
import { ana, noonMs, plan, roomOf } from './domain/domain.fixtures'
import type { Participant, Room } from './domain/room'
import { createNewerRows } from './newer-rows'
import type { Change, RoomStore } from './ports'

const refuse = () => Promise.reject(new Error('not asked for'))

/** Rooms with people, of whom only `newer` can be asked; the first room's people are `people`, each a version later. */
function setup({ people, others = 0 }: { people: number; others?: number }) {
  const rooms: { room: Room; people: Participant[] }[] = []
  const add = (code: string, count: number) => {
    const room = { ...roomOf({ ...plan, id: code, code }).room, counter: count + 1 }
    const rows = Array.from({ length: count }, (_, place) => personOf(code, place + 2))
    rooms.push({ room, people: rows })
  }
  add('AAAAAAAA', people)
  for (let count = 0; count < others; count++) add(`BBBBBBB${count}`, 1)
  const newer: RoomStore['newer'] = async (known, limit) =>
    rooms
      .flatMap(({ room, people }): readonly Change[] => {
        const after = known.find(({ code }) => code === room.code)?.after ?? Number.POSITIVE_INFINITY
        const rows = people.filter(({ version }) => version > after).toSorted((a, b) => a.version - b.version)
        if (rows.length > 0) return rows.map((participant) => ({ room, participant }))
        return room.version > after ? [{ room, participant: undefined }] : []
      })
      .slice(0, limit)
  const store: RoomStore = {
    newer,
    create: refuse,
    update: refuse,
    find: refuse,
    list: refuse,
    people: refuse,
    placesOf: refuse,
    forget: refuse,
    seen: refuse,
  }
  const ask = createNewerRows({ store })

  /** Asks until there is no more, each time from where the last answer was complete. */
  async function askAll(meanwhile: () => void = () => {}) {
    const after = new Map(rooms.map(({ room }) => [room.code, 1]))
    const heard = new Map<string, number>()
    const answers: NewerRows[] = []
    do {
      const answer = await ask({ rooms: [...after].map(([room_code, after]) => ({ room_code, after })) })
      for (const { room_code, participants, up_to } of answer.rooms) {
        for (const { user_id, version } of participants) heard.set(`${room_code} ${user_id}`, version)
        after.set(room_code, up_to)
      }
      answers.push(answer)
      if (answer.more) meanwhile()
    } while (answers.at(-1)?.more)
    return { answers, heard, after }
  }

  return { rooms, ask, askAll }
}

const personOf = (roomId: string, version: number): Participant => ({
  ...ana,
  userId: `user ${version}`,
  roomId,
  standing: 'APPROVED',
  role: 'member',
  joinedAtMs: noonMs,
  standingSinceMs: noonMs,
  lastHeartbeatMs: null,
  namedAtMs: 0,
  isModerator: false,
  version,
})

test('[RM56] more than a thousand changes come in several answers, and all of them come', async () => {
  const { askAll } = setup({ people: 2_300, others: 5 })

  const { answers, heard, after } = await askAll()

  expect(answers.map(({ more }) => more)).toEqual([true, true, false])
  expect(answers.flatMap(({ rooms }) => rooms).map(({ participants }) => participants.length)).toEqual([1_000, 1_000, 300, 1, 1, 1, 1, 1])
  expect(heard.size).toBe(2_305)
  expect(after.get('AAAAAAAA')).toBe(2_301)
})

test('[RM56] rows that change between two answers, told already or not, are told as they are then', async () => {
  const { rooms, askAll } = setup({ people: 2_500 })
  const [first] = rooms
  if (!first) throw new Error('there is a room')
  const changing = [first.people[5], first.people[2_400]]

  const { heard } = await askAll(() => {
    const row = changing.pop()
    if (!row) return
    const counter = first.room.counter + 1
    Object.assign(first.room, { counter })
    Object.assign(row, { version: counter })
  })

  expect(changing).toEqual([])
  expect(first.people.filter(({ userId, version }) => heard.get(`AAAAAAAA ${userId}`) !== version)).toEqual([])
})

test('[RM56] a room whose own row alone is newer is complete with it', async () => {
  const { ask } = setup({ people: 0 })

  expect(await ask({ rooms: [{ room_code: 'AAAAAAAA', after: 0 }] })).toMatchObject({
    rooms: [{ room: { version: 1 }, participants: [], up_to: 1 }],
    more: false,
  })
})
