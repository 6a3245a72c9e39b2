import { describe, expect, test } from 'bun:test'
import { ana, ben, cleo, createStage, nobody, type OpenWorld, payloadsOf, person, typesOf } from './stage'

const benText = `{"id":"${ben}","display_name":"Ben","is_guest":true,"role":"member"}`

export function holdsPresence(openWorld: OpenWorld): void {
  const setup = createStage(openWorld)

  describe('arrive', () => {
    test("a person's first connection appends USER_JOINED, the next ones nothing", async () => {
      const { arrive, arriveOnOther } = await setup()

      const first = await arrive(ben, 'b1')
      const second = await arriveOnOther(ben, 'b2')

      expect(first).toMatchObject({ outcome: 'arrived', member: benText })
      const entries = first.outcome === 'arrived' ? first.entries : []
      expect(entries.map(({ offset, seq, note, type }) => ({ offset, seq, note, type }))).toEqual([
        { offset: 1, seq: 1, note: 0, type: 'USER_JOINED' },
      ])
      expect(entries[0]?.payload).toMatch(/^\{"seq":1,"sent_at_ms":\d+,"type":"USER_JOINED","user":/)
      expect(payloadsOf(entries)).toMatchObject([{ type: 'USER_JOINED', user: JSON.parse(benText) }])
      expect(second).toEqual({ outcome: 'arrived', member: benText, told: true, head: 1, entries: [] })
    })

    test('a connection that is present already only changes its owner', async () => {
      const { epoch, arrive, arriveOnOther, depart, look } = await setup()
      await arrive(ben, 'b1')

      const again = await arriveOnOther(ben, 'b1')

      expect(again).toEqual({ outcome: 'arrived', member: benText, told: true, head: 1, entries: [] })
      expect(await depart('b1')).toEqual({ epoch, entries: [] })
      expect((await look()).people).toHaveLength(1)
    })

    test('the sixth connection of a person replaces the oldest, by a note', async () => {
      const { log, code, epoch, south, other, arrive, arriveOnOther, look } = await setup()
      await arriveOnOther(ben, 'b1')
      for (const connection of ['b2', 'b3', 'b4', 'b5']) await arrive(ben, connection)
      await arrive(ana, 'a1')

      const sixth = await arrive(ben, 'b6')
      const seventh = await arrive(ben, 'b7')

      const entries = [sixth, seventh].flatMap((outcome) => (outcome.outcome === 'arrived' ? outcome.entries : []))
      expect(entries.map(({ seq, note, type }) => [seq, note, type])).toEqual([
        [2, 1, 'CONNECTION_REPLACED'],
        [2, 2, 'CONNECTION_REPLACED'],
      ])
      expect(payloadsOf(entries)).toEqual([{ connection: 'b1' }, { connection: 'b2' }])
      expect(await other.depart(code, { epoch, node: south, connection: 'b1' })).toEqual({ epoch, entries: [] })
      expect(await log.depart(code, { epoch, node: 'x', connection: 'b3' })).toEqual({ epoch, entries: [] })
      expect((await look()).people).toHaveLength(2)
    })

    test('somebody who is not APPROVED is refused, with the stored standing', async () => {
      const { arrive, look } = await setup({ people: [{ user_id: nobody, standing: 'REMOVED' }] })

      const [waiting, removed] = [await arrive(cleo, 'c1'), await arrive(nobody, 'd1')]

      expect(waiting).toEqual({ outcome: 'not_approved', standing: 'PENDING' })
      expect(removed).toEqual({ outcome: 'not_approved', standing: 'REMOVED' })
      expect((await look()).seq).toBe(0)
    })

    test('somebody of whom nothing is stored is refused, without a standing', async () => {
      const { arrive } = await setup()

      expect(await arrive(nobody, 'd1')).toEqual({ outcome: 'not_approved', standing: undefined })
    })

    test('at a log of another epoch, or at none, nobody arrives', async () => {
      const { log, code, north, epoch, look } = await setup()

      const another = await log.arrive(code, { epoch: 'another', node: north, connection: 'b1', userId: ben })
      const none = await log.arrive('NOWHERE4', { epoch, node: north, connection: 'b1', userId: ben })

      expect([another, none]).toEqual([{ outcome: 'epoch' }, { outcome: 'epoch' }])
      expect((await look()).people).toEqual([])
    })
  })

  describe('depart', () => {
    test("a person's last connection appends USER_LEFT, the ones before nothing", async () => {
      const { epoch, arrive, depart, look } = await setup()
      await arrive(ben, 'b1')
      await arrive(ben, 'b2')

      const [first, last] = [await depart('b1'), await depart('b2')]

      expect(first).toEqual({ epoch, entries: [] })
      expect(payloadsOf(last.entries)).toMatchObject([{ seq: 2, type: 'USER_LEFT', user: JSON.parse(benText) }])
      expect((await look()).people).toEqual([])
    })

    test('departing twice is departing once', async () => {
      const { epoch, arrive, depart } = await setup()
      await arrive(ben, 'b1')
      await depart('b1')

      expect(await depart('b1')).toEqual({ epoch, entries: [] })
    })

    test('a connection of another node, or that is not present, is left alone, and a room without a log stays without one', async () => {
      const { log, code, epoch, north, arriveOnOther, depart, look } = await setup()
      await arriveOnOther(ben, 'b1')

      const answers = [
        await depart('b1'),
        await depart('b9'),
        await log.depart(code, { epoch: 'another', node: north, connection: 'b1' }),
        await log.depart('NOWHERE5', { epoch: 'another', node: north, connection: 'b1' }),
      ]

      expect(answers).toEqual([...Array(3).fill({ epoch, entries: [] }), { epoch: '', entries: [] }])
      expect((await look()).people.map(({ userId }) => userId)).toEqual([ben])
    })

    test('[PR2] one is taken away whatever the caller knows the log as, and the answer says what it is called', async () => {
      const { log, code, epoch, north, arrive, look } = await setup()
      await arrive(ben, 'b1')

      const { entries, ...answer } = await log.depart(code, { epoch: 'another', node: north, connection: 'b1' })

      expect(typesOf(entries)).toEqual(['USER_LEFT'])
      expect(answer).toEqual({ epoch })
      expect((await look()).people).toEqual([])
    })
  })

  describe('adopt', () => {
    test('makes the node the owner of connections that another node had, and announces nothing', async () => {
      const { log, code, epoch, north, depart, arriveOnOther } = await setup()
      await arriveOnOther(ben, 'b1')
      await arriveOnOther(ana, 'a1')
      const connections = [
        { connection: 'b1', userId: ben },
        { connection: 'a1', userId: ana },
      ]

      const outcome = await log.adopt(code, { epoch, node: north, connections })

      expect(outcome).toMatchObject({ outcome: 'adopted', entries: [], refused: [] })
      expect(outcome.outcome === 'adopted' && outcome.members.get(ben)).toBe(benText)
      expect(outcome.outcome === 'adopted' && outcome.members.size).toBe(2)
      expect(typesOf((await depart('b1')).entries)).toEqual(['USER_LEFT'])
    })

    test('a connection that is no longer present is added again, with USER_JOINED where the person had gone', async () => {
      const { log, code, epoch, north, look } = await setup()
      const connections = [
        { connection: 'b1', userId: ben },
        { connection: 'b2', userId: ben },
      ]

      const outcome = await log.adopt(code, { epoch, node: north, connections })

      expect(outcome.outcome === 'adopted' && typesOf(outcome.entries)).toEqual(['USER_JOINED'])
      expect((await look()).people.map(({ userId }) => userId)).toEqual([ben])
    })

    test('adopting twice is adopting once', async () => {
      const { log, code, epoch, north } = await setup()
      const adoption = { epoch, node: north, connections: [{ connection: 'b1', userId: ben }] }
      await log.adopt(code, adoption)

      const again = await log.adopt(code, adoption)

      expect(again).toMatchObject({ outcome: 'adopted', entries: [], refused: [] })
    })

    test('connections of users who are not APPROVED are named in refused, with their standing', async () => {
      const { log, code, epoch, north, arriveOnOther } = await setup()
      await arriveOnOther(ben, 'b1')
      await log.applyParticipant(person(code, { user_id: ben, standing: 'REMOVED', version: 2 }))
      const connections = [
        { connection: 'b1', userId: ben },
        { connection: 'd1', userId: nobody },
        { connection: 'a1', userId: ana },
      ]

      const outcome = await log.adopt(code, { epoch, node: north, connections })

      expect(outcome.outcome === 'adopted' && outcome.refused).toEqual([
        { connection: 'b1', standing: 'REMOVED' },
        { connection: 'd1', standing: undefined },
      ])
      expect(outcome.outcome === 'adopted' && [...outcome.members.keys()]).toEqual([ana])
    })

    test('at a log of another epoch, or at none, nothing is adopted', async () => {
      const { log, code, epoch, north, look } = await setup()
      const connections = [{ connection: 'b1', userId: ben }]

      const another = await log.adopt(code, { epoch: 'another', node: north, connections })
      const none = await log.adopt('NOWHERE6', { epoch, node: north, connections })

      expect([another, none]).toEqual([{ outcome: 'epoch' }, { outcome: 'epoch' }])
      expect((await look()).people).toEqual([])
    })
  })

  describe('evict', () => {
    test('takes away the connections of nodes that are not live, with USER_LEFT for each person who has none left', async () => {
      const { log, code, epoch, north, arrive, arriveOnOther, look } = await setup()
      await arriveOnOther(ana, 'a1')
      await arriveOnOther(ben, 'b1')
      await arrive(ben, 'b2')

      const { entries } = await log.evict(code, [north])

      expect(payloadsOf(entries)).toMatchObject([{ type: 'USER_LEFT', user: { id: ana } }])
      expect((await look()).people.map(({ userId }) => userId)).toEqual([ben])
      expect(await log.evict(code, [north])).toEqual({ epoch, entries: [] })
    })

    test('with all owners live, or without a log, it changes nothing', async () => {
      const { log, code, epoch, liveNodes, arrive, arriveOnOther, look } = await setup()
      await arrive(ana, 'a1')
      await arriveOnOther(ben, 'b1')

      const answers = [await log.evict(code, liveNodes), await log.evict('NOWHERE7', [])]

      expect(answers).toEqual([
        { epoch, entries: [] },
        { epoch: '', entries: [] },
      ])
      expect((await look()).people).toHaveLength(2)
    })

    test('other nodes hear of it', async () => {
      const { log, code, south, arrive, heardByOther } = await setup()
      await arrive(ana, 'a1')

      await log.evict(code, [south])

      const heard = [...(await heardByOther.atLeast(2))].sort((a, b) => a.offset - b.offset)
      expect(typesOf(heard)).toEqual(['USER_JOINED', 'USER_LEFT'])
    })
  })
}
