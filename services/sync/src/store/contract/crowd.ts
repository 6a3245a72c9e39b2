import { describe, expect, test } from 'bun:test'
import type { LogEntry } from '../../domain/log-entry'
import type { ArriveOutcome, Entries, RoomLog } from '../../ports'
import { crowdChangesAtOnce } from '../room-log.bounds'
import { ana, ben, createStage, known, nobody, type OpenWorld, payloadsOf, type Stage, typesOf } from './stage'

const hourMs = 60 * 60 * 1_000
const eve = '00000000-0000-4000-8000-00000000000e'

/** Presence in rooms of many: told together, once, and never lost. */
export function holdsCrowds(openWorld: OpenWorld): void {
  const stage = createStage(openWorld)
  const people = [
    { user_id: nobody, display_name: 'Dora' },
    { user_id: eve, display_name: 'Eve' },
  ]
  /** More than one is a crowd; after the first PRESENCE the next is due in an hour. */
  const setup = async (options: Parameters<Stage>[0] = {}) => {
    const made = await stage({ people, ...options, bounds: { crowdPeople: 1, crowdPauseMs: hourMs, ...options.bounds } })
    const tell = (due: number, log: RoomLog = made.log, node = made.north) => log.tellPresence(made.code, { epoch: made.epoch, node, due })
    return { ...made, tell }
  }
  /** A crowd of Ana and Ben, whose PRESENCE is `seq` 2: whatever comes now waits. */
  const crowded = async (options: Parameters<Stage>[0] = {}) => {
    const made = await setup(options)
    await made.arrive(ana, 'a1')
    await made.arrive(ben, 'b1')
    return made
  }
  const dueOf = (entries: readonly LogEntry[]) => entries.find(({ type }) => type === 'PRESENCE_DUE')?.offset ?? 0
  const entriesOf = (answer: Entries | ArriveOutcome) => ('entries' in answer ? answer.entries : [])
  const idsOf = (members: unknown) => (members as readonly { readonly id: string }[]).map(({ id }) => id)
  const told = (entries: readonly LogEntry[]) =>
    (payloadsOf(entries) as { joined: unknown; left: unknown; total: number }[]).map(({ joined, left, total }) => ({
      joined: idsOf(joined),
      left: idsOf(left),
      total,
    }))

  describe('crowd', () => {
    test('up to its size people come and go one by one', async () => {
      const { arrive, depart } = await setup({ bounds: { crowdPeople: 2 } })

      const entries = [
        ...entriesOf(await arrive(ana, 'a1')),
        ...entriesOf(await arrive(ben, 'b1')),
        ...entriesOf(await depart('b1')),
        ...entriesOf(await arrive(ben, 'b2')),
      ]

      expect(typesOf(entries)).toEqual(['USER_JOINED', 'USER_JOINED', 'USER_LEFT', 'USER_JOINED'])
    })

    test('above it one who comes is told at once, where nothing was told for a while', async () => {
      const { arrive } = await setup()
      await arrive(ana, 'a1')

      const second = await arrive(ben, 'b1')

      expect(second).toMatchObject({ outcome: 'arrived', told: true, entries: [{ offset: 2, seq: 2, note: 0, type: 'PRESENCE' }] })
      expect(entriesOf(second)[0]?.payload).toMatch(
        /^\{"seq":2,"sent_at_ms":\d+,"type":"PRESENCE","joined":\[\{"id":.*\}\],"left":\[\],"total":2\}$/,
      )
      expect(told(entriesOf(second))).toEqual([{ joined: [ben], left: [], total: 2 }])
    })

    test('those who come and go soon after wait, which one note says', async () => {
      const { arrive, depart } = await crowded()

      const third = await arrive(nobody, 'd1')
      const later = [entriesOf(await arrive(eve, 'e1')), entriesOf(await depart('b1'))]

      expect(third).toMatchObject({ outcome: 'arrived', told: false, entries: [{ offset: 3, seq: 2, note: 1, type: 'PRESENCE_DUE' }] })
      const [note] = payloadsOf(entriesOf(third)) as { after_ms: number }[]
      expect(note?.after_ms).toBeGreaterThan(hourMs - 60_000)
      expect(note?.after_ms).toBeLessThanOrEqual(hourMs)
      expect(later).toEqual([[], []])
    })

    test('what waits is told as one event, in the order in which it came about', async () => {
      const { arrive, depart, tell } = await crowded()
      const due = dueOf(entriesOf(await arrive(nobody, 'd1')))
      await depart('a1')
      await arrive(eve, 'e1')
      await depart('b1')

      const { entries } = await tell(due)

      expect(entries).toMatchObject([{ offset: 4, seq: 3, note: 0, type: 'PRESENCE' }])
      expect(told(entries)).toEqual([{ joined: [nobody, eve], left: [ana, ben], total: 2 }])
    })

    test('any node tells it, the first one does, and the other hears of it', async () => {
      const { arrive, tell, other, south, heard } = await crowded()
      const due = dueOf(entriesOf(await arrive(nobody, 'd1')))

      const [first, second] = [await tell(due, other, south), await tell(due)]

      expect(typesOf(first.entries)).toEqual(['PRESENCE'])
      expect(second).toEqual({ entries: [] })
      expect(typesOf(await heard.atLeast(1))).toEqual(['PRESENCE'])
    })

    test('the other node hears that something waits', async () => {
      const { arrive, heardByOther } = await crowded()

      await arrive(nobody, 'd1')

      const heard = [...(await heardByOther.atLeast(3))].sort((a, b) => a.offset - b.offset)
      expect(typesOf(heard)).toEqual(['USER_JOINED', 'PRESENCE', 'PRESENCE_DUE'])
    })

    test('who came and went in between is told of by nobody, and nothing is appended for that alone', async () => {
      const { arrive, depart, tell, look } = await crowded()
      const due = dueOf(entriesOf(await arrive(nobody, 'd1')))
      await depart('d1')
      await depart('b1')
      await arrive(ben, 'b2')

      const { entries } = await tell(due)

      expect(entries).toEqual([])
      expect(await look()).toMatchObject({ seq: 2, presenceDue: 0, people: [{ userId: ana }, { userId: ben }] })
    })

    test('who went, came back, and went again has gone', async () => {
      const { arrive, depart, tell } = await crowded()
      const due = dueOf(entriesOf(await depart('b1')))
      await arrive(ben, 'b2')
      await depart('b2')

      const { entries } = await tell(due)

      expect(told(entries)).toEqual([{ joined: [], left: [ben], total: 1 }])
    })

    test('a call that comes too late for its note changes nothing', async () => {
      const { arrive, depart, tell, look } = await crowded()
      const first = dueOf(entriesOf(await arrive(nobody, 'd1')))
      await tell(first)
      const second = dueOf(entriesOf(await depart('d1')))

      const answers = [await tell(first), await tell(0)]

      expect(second).toBeGreaterThan(first)
      expect(answers).toEqual([{ entries: [] }, { entries: [] }])
      expect((await look()).presenceDue).toBe(second)
    })

    test('at a log of another epoch, or at none, nothing is told', async () => {
      const { log, code, north, epoch, arrive, look } = await crowded()
      const due = dueOf(entriesOf(await arrive(nobody, 'd1')))

      const answers = [
        await log.tellPresence(code, { epoch: 'another', node: north, due }),
        await log.tellPresence('NOWHERE8', { epoch, node: north, due }),
      ]

      expect(answers).toEqual([{ entries: [] }, { entries: [] }])
      expect((await look()).presenceDue).toBe(due)
    })

    test('an image has those who are present as the events up to its seq tell it, and says what waits', async () => {
      const { arrive, depart, look, tell } = await crowded()
      const due = dueOf(entriesOf(await depart('a1')))
      await arrive(nobody, 'd1')

      const before = await look()
      await tell(due)
      const after = await look()

      expect(before).toMatchObject({ seq: 2, presenceDue: due, people: [{ userId: ana }, { userId: ben }] })
      expect(after).toMatchObject({ seq: 3, presenceDue: 0, people: [{ userId: ben }, { userId: nobody }] })
    })

    test('who is back before that was told keeps its place', async () => {
      const { arrive, depart, tell, look } = await crowded()
      const due = dueOf(entriesOf(await depart('a1')))
      await arrive(nobody, 'd1')
      await arrive(ana, 'a2')

      await tell(due)

      expect((await look()).people.map(({ userId }) => userId)).toEqual([ana, ben, nobody])
    })

    test('as long as anything waits, nothing overtakes it, however few are left', async () => {
      const { arrive, depart, tell } = await crowded()
      const due = dueOf(entriesOf(await depart('b1')))

      const meanwhile = [...entriesOf(await depart('a1')), ...entriesOf(await arrive(nobody, 'd1'))]
      const { entries } = await tell(due)
      const next = entriesOf(await depart('d1'))

      expect(meanwhile).toEqual([])
      expect(told(entries)).toEqual([{ joined: [nobody], left: [ben, ana], total: 1 }])
      expect(typesOf(next)).toEqual(['USER_LEFT'])
    })

    test('whom a node took with it has gone in one event', async () => {
      const { log, code, north, arriveOnOther, arrive, tell } = await setup({ bounds: { crowdPauseMs: 0 } })
      await arriveOnOther(ana, 'a1')
      await arriveOnOther(ben, 'b1')
      await arriveOnOther(nobody, 'd1')
      await arrive(eve, 'e1')

      const { entries } = await log.evict(code, [north])

      expect(told(entries)).toEqual([{ joined: [], left: [ana, ben, nobody], total: 1 }])
      expect(await tell(0)).toEqual({ entries: [] })
    })

    test('what a lost node left waiting is told by the next one that opens the room', async () => {
      const { arrive, world, code, epoch } = await crowded({ alone: true })
      await arrive(nobody, 'd1')
      const west = await world.node(`west-${code}`)

      const image = known(await west.open(code, { node: 'west', liveNodes: ['west'], listener: () => {} }))
      const { entries } = await west.tellPresence(code, { epoch, node: 'west', due: image.presenceDue })

      // Dora had not been told of, and has gone with the node.
      expect(image.people.map(({ userId }) => userId)).toEqual([ana, ben])
      expect(told(entries)).toEqual([{ joined: [], left: [ana, ben], total: 0 }])
    })

    test('connections that are adopted again are told together', async () => {
      const { log, code, epoch, north } = await setup({ bounds: { crowdPauseMs: 0 } })
      const connections = [ana, ben, nobody, eve].map((userId) => ({ connection: `c${userId.at(-1)}`, userId }))

      const outcome = await log.adopt(code, { epoch, node: north, connections })

      const entries = outcome.outcome === 'adopted' ? outcome.entries : []
      expect(typesOf(entries)).toEqual(['USER_JOINED', 'PRESENCE'])
      expect(told(entries.slice(1))).toEqual([{ joined: [ben, nobody, eve], left: [], total: 4 }])
    })

    test('a new name is the one that is told', async () => {
      const { log, rows, arrive, tell } = await crowded()
      const due = dueOf(entriesOf(await arrive(nobody, 'd1')))
      const dora = rows.find(({ user_id }) => user_id === nobody)
      if (!dora) throw new Error('Dora has no row')
      await log.applyParticipant({ ...dora, display_name: 'Theodora', version: 7 })

      const { entries } = await tell(due)

      expect(payloadsOf(entries)).toMatchObject([{ joined: [{ id: nobody, display_name: 'Theodora' }] }])
    })

    test('very many are told in several events, each with its own total', async () => {
      const many = Array.from({ length: crowdChangesAtOnce + 2 }, (_, place) => ({
        user_id: `00000000-0000-4000-b000-${place.toString().padStart(12, '0')}`,
      }))
      const { log, code, epoch, north } = await setup({ people: many, bounds: { crowdPauseMs: 0 } })
      const connections = many.map(({ user_id }) => ({ connection: `c${user_id.slice(-5)}`, userId: user_id }))

      const outcome = await log.adopt(code, { epoch, node: north, connections })

      const [, first, second] = outcome.outcome === 'adopted' ? outcome.entries : []
      const [one, two] = told([first, second].filter((entry) => entry !== undefined))
      expect(one).toMatchObject({ total: crowdChangesAtOnce + 1 })
      expect(one?.joined).toHaveLength(crowdChangesAtOnce)
      expect(two).toMatchObject({ joined: [many.at(-1)?.user_id], total: crowdChangesAtOnce + 2 })
    })
  })
}
