import { describe, expect, test } from 'bun:test'
import type { Standing } from '@matinee/contracts'
import { ana, ben, cleo, createStage, nobody, type OpenWorld, payloadsOf, person, typesOf } from './stage'

type Change = readonly [before: Standing | 'nothing', after: Standing, announced: readonly string[]]

const changes: readonly Change[] = [
  ['nothing', 'PENDING', ['PARTICIPANT_PENDING']],
  ['nothing', 'APPROVED', ['PARTICIPANT_APPROVED']],
  ['nothing', 'DENIED', ['PARTICIPANT_DENIED']],
  ['nothing', 'LEFT', []],
  ['nothing', 'REMOVED', []],
  ['PENDING', 'APPROVED', ['PARTICIPANT_APPROVED']],
  ['PENDING', 'DENIED', ['PARTICIPANT_DENIED']],
  ['PENDING', 'LEFT', ['PARTICIPANT_DENIED']],
  ['PENDING', 'REMOVED', ['PARTICIPANT_DENIED']],
  ['APPROVED', 'LEFT', ['PARTICIPANT_REMOVED left']],
  ['APPROVED', 'REMOVED', ['PARTICIPANT_REMOVED removed']],
  ['APPROVED', 'DENIED', ['PARTICIPANT_REMOVED removed']],
  ['APPROVED', 'PENDING', ['PARTICIPANT_REMOVED removed', 'PARTICIPANT_PENDING']],
  ['REMOVED', 'PENDING', ['PARTICIPANT_PENDING']],
  ['LEFT', 'APPROVED', ['PARTICIPANT_APPROVED']],
  ['LEFT', 'REMOVED', []],
  ['DENIED', 'DENIED', []],
]

export function holdsRows(openWorld: OpenWorld): void {
  const setup = createStage(openWorld)

  describe('applyParticipant', () => {
    test.each(changes)('%s, then %s: announces %p', async (before, after, announced) => {
      const { log, code } = await setup({ people: before === 'nothing' ? [] : [{ user_id: nobody, standing: before }] })

      const { entries } = await log.applyParticipant(person(code, { user_id: nobody, standing: after, version: 2 }))

      const reasonOf = (payload: string) => JSON.parse(payload).reason as string | undefined
      expect(entries.map(({ type, payload }) => [type, reasonOf(payload)].filter(Boolean).join(' '))).toEqual([...announced])
      expect(payloadsOf(entries).map((payload) => (payload as { user: unknown }).user)).toEqual(
        announced.map(() => ({ id: nobody, display_name: 'Dora', is_guest: true, role: 'member' })),
      )
    })

    test('a note follows the last event without taking its own seq', async () => {
      const { log, code, say } = await setup()
      await say('one')

      const first = await log.applyParticipant(person(code, { user_id: cleo, version: 2 }))
      const second = await log.applyParticipant(person(code, { user_id: nobody, standing: 'PENDING', version: 3 }))
      const next = await say('two')

      expect([...first.entries, ...second.entries].map(({ offset, seq, note }) => [offset, seq, note])).toEqual([
        [2, 1, 1],
        [3, 1, 2],
      ])
      expect(next).toMatchObject({ entry: { offset: 4, seq: 2, note: 0 } })
    })

    test('a row that is not newer than the stored one is dropped', async () => {
      const { log, code, epoch, say } = await setup()
      await log.applyParticipant(person(code, { user_id: ben, standing: 'REMOVED', version: 5 }))

      const same = await log.applyParticipant(person(code, { user_id: ben, standing: 'APPROVED', version: 5 }))
      const older = await log.applyParticipant(person(code, { user_id: ben, standing: 'APPROVED', version: 4 }))

      expect([same, older]).toEqual(Array(2).fill({ epoch, entries: [] }))
      expect((await say('still here')).outcome).toBe('refused')
    })

    test('a newer row that says the same announces nothing, and its version counts', async () => {
      const { log, code, epoch } = await setup()

      const same = await log.applyParticipant(person(code, { user_id: ben, display_name: 'Ben', version: 9 }))
      const older = await log.applyParticipant(person(code, { user_id: ben, display_name: 'Older', version: 8 }))

      expect([same, older]).toEqual(Array(2).fill({ epoch, entries: [] }))
    })

    test('[PB18] another role is ROLE_CHANGED for everybody, once, with the name as it is', async () => {
      const { log, code, arrive, look, heardByOther } = await setup()
      await arrive(ben, 'b1')
      const row = person(code, { user_id: ben, display_name: 'Ben "B" ☾', role: 'moderator', version: 2 })

      const first = await log.applyParticipant(row)
      const again = await log.applyParticipant(row)
      const back = await log.applyParticipant({ ...row, role: 'member', version: 3 })

      const user = { id: ben, display_name: 'Ben "B" ☾', is_guest: true, role: 'moderator' }
      expect(payloadsOf(first.entries)).toMatchObject([{ seq: 2, type: 'ROLE_CHANGED', user, role: 'moderator' }])
      expect(again.entries).toEqual([])
      expect(payloadsOf(back.entries)).toMatchObject([{ seq: 3, type: 'ROLE_CHANGED', user: { ...user, role: 'member' }, role: 'member' }])
      expect(await heardByOther.atLeast(3)).toEqual(expect.arrayContaining([...first.entries, ...back.entries]))
      expect((await look()).people.map(({ member }) => JSON.parse(member))).toEqual([{ ...user, role: 'member' }])
    })

    test('where only the name differs, it is MEMBER_CHANGED', async () => {
      const { log, code, arrive, look } = await setup()
      await arrive(ben, 'b1')

      const named = await log.applyParticipant(person(code, { user_id: ben, display_name: 'Ben "B" ☾', version: 2 }))

      expect(typesOf(named.entries)).toEqual(['MEMBER_CHANGED'])
      const user = { id: ben, display_name: 'Ben "B" ☾', is_guest: true, role: 'member' }
      expect(payloadsOf(named.entries)).toEqual([{ user }])
      expect((await look()).people.map(({ member }) => JSON.parse(member))).toEqual([user])
    })

    test('puts the user on the list of those who wait, and takes it off', async () => {
      const { log, code, look } = await setup()
      await log.applyParticipant(person(code, { user_id: nobody, standing: 'PENDING', version: 2 }))
      const waiting = (await look()).pending.map(({ userId }) => userId)

      await log.applyParticipant(person(code, { user_id: cleo, version: 3 }))
      await log.applyParticipant(person(code, { user_id: nobody, standing: 'LEFT', version: 4 }))

      expect(waiting).toEqual([cleo, nobody])
      expect((await look()).pending).toEqual([])
    })

    test('a room without a log stays without one, and nothing is stored', async () => {
      const { log, north, liveNodes } = await setup()

      const answer = await log.applyParticipant(person('NOWHERE8', { user_id: ben, version: 2 }))

      expect(answer).toEqual({ epoch: '', entries: [] })
      expect(await log.open('NOWHERE8', { node: north, liveNodes, listener() {} })).toBeUndefined()
    })

    test('other nodes hear of it, from a node that does not serve the room too', async () => {
      const { world, code, heard, heardByOther } = await setup()
      const third = await world.node(`third-${code}`)

      const { entries } = await third.applyParticipant(person(code, { user_id: cleo, version: 2 }))

      expect(await heard.atLeast(1)).toEqual(entries)
      expect(await heardByOther.atLeast(1)).toEqual(entries)
    })
  })

  describe('applyRoom', () => {
    test('a changed room appends ROOM_UPDATED, with the whole room', async () => {
      const { log, row, look } = await setup()
      const changed = { ...row, name: 'Other', is_chat_enabled: false, version: 2 }

      const { entries } = await log.applyRoom(changed)

      const { version, media_by: _, ...room } = changed
      expect(payloadsOf(entries)).toMatchObject([{ seq: 1, type: 'ROOM_UPDATED', room }])
      expect(JSON.parse(entries[0]?.payload ?? '').room).toEqual(room)
      expect(JSON.parse((await look()).room)).toEqual({ ...room, version })
    })

    test('a row that is not newer is dropped; a newer one that says the same announces nothing', async () => {
      const { log, row, epoch } = await setup()

      const older = await log.applyRoom({ ...row, name: 'Other' })
      const same = await log.applyRoom({ ...row, version: 7 })
      const between = await log.applyRoom({ ...row, name: 'Other', version: 6 })

      expect([older, same, between]).toEqual(Array(3).fill({ epoch, entries: [] }))
    })

    test('another medium starts the timeline anew: at 0, paused, rate 1, the next version', async () => {
      const { log, row, steer, look } = await setup()
      await steer(0)
      const media = { provider: 'vimeo', id: '1', url: 'https://vimeo.com/1' }

      const { entries } = await log.applyRoom({ ...row, media, version: 2 })

      expect(typesOf(entries)).toEqual(['ROOM_UPDATED', 'MEDIA'])
      const { seq, sent_at_ms, type, ...timeline } = JSON.parse(entries[1]?.payload ?? '')
      expect([seq, type]).toEqual([3, 'MEDIA'])
      expect(timeline).toEqual({ media, playing: false, time: 0, at_ms: sent_at_ms, rate: 1, version: 2, user: null })
      expect(JSON.parse((await look()).playback)).toEqual(timeline)
      expect([(await steer(1)).outcome, (await steer(2)).outcome]).toEqual(['conflict', 'appended'])
    })

    test('[PB18] another host is HOST_CHANGED, after the room that says so, once', async () => {
      const { log, row } = await setup()
      const host = { id: ben, display_name: 'Ben "host":{"id":"x', is_guest: true }

      const changed = await log.applyRoom({ ...row, host, version: 2 })
      const renamed = await log.applyRoom({ ...row, host: { ...host, display_name: 'Benjamin' }, version: 3 })

      expect(typesOf(changed.entries)).toEqual(['ROOM_UPDATED', 'HOST_CHANGED'])
      expect(payloadsOf(changed.entries)[1]).toMatchObject({ seq: 2, user: { ...host, role: 'host' }, role: 'host' })
      expect(typesOf(renamed.entries)).toEqual(['ROOM_UPDATED'])
    })

    test('[PB19] a medium that a command chose says who, takes effect under its id, and each command once', async () => {
      const { log, row, steer, look } = await setup()
      const media = { provider: 'vimeo', id: '1', url: 'https://vimeo.com/1' }
      const chosen = (command_id: string, version: number) => ({ ...row, media, media_by: { user_id: ana, command_id }, version })
      /** On a version that playback never has: what the log knows of the command. */
      const known = (commandId: string) => steer(-1, { commandId })

      const first = await log.applyRoom(chosen('c 1', 2))
      const [repeated, other] = [await known('c 1'), await known('c 2')]
      const renamed = await log.applyRoom({ ...chosen('c 1', 3), name: 'Other' })
      const again = await log.applyRoom(chosen('c 2', 4))

      expect(payloadsOf(first.entries)[1]).toMatchObject({ type: 'MEDIA', media, version: 1, user: { id: ana, role: 'host' } })
      expect([repeated, other]).toEqual([{ outcome: 'repeated', seq: 2 }, { outcome: 'conflict' }])
      expect(typesOf(renamed.entries)).toEqual(['ROOM_UPDATED'])
      expect(payloadsOf(again.entries)[1]).toMatchObject({ type: 'MEDIA', time: 0, version: 2 })
      expect(JSON.parse((await look()).playback)).toMatchObject({ version: 2, user: { id: ana } })
    })

    test('the medium may be taken away', async () => {
      const { log, row } = await setup()

      const { entries } = await log.applyRoom({ ...row, media: null, version: 2 })

      expect(payloadsOf(entries)[1]).toMatchObject({ type: 'MEDIA', media: null })
    })

    test('a room that was open and closes appends ROOM_CLOSED, once', async () => {
      const { log, row } = await setup()

      const closed = await log.applyRoom({ ...row, is_active: false, version: 2 })
      const renamed = await log.applyRoom({ ...row, is_active: false, name: 'Closed', version: 3 })

      expect(typesOf(closed.entries)).toEqual(['ROOM_UPDATED', 'ROOM_CLOSED'])
      expect(payloadsOf(closed.entries)[1]).toMatchObject({ type: 'ROOM_CLOSED', reason: 'closed_by_host' })
      expect(typesOf(renamed.entries)).toEqual(['ROOM_UPDATED'])
    })

    test('a room without a log stays without one', async () => {
      const { log, row, north, liveNodes } = await setup()

      const answer = await log.applyRoom({ ...row, room_code: 'NOWHERE9', version: 2 })

      expect(answer).toEqual({ epoch: '', entries: [] })
      expect(await log.open('NOWHERE9', { node: north, liveNodes, listener() {} })).toBeUndefined()
    })

    test('rows commute: whichever of room and participants comes first, the end is the same', async () => {
      const [one, two] = [await setup(), await setup()]
      const apply = {
        room: ({ log, row }: typeof one) => log.applyRoom({ ...row, name: 'Other', version: 3 }),
        person: ({ log, code }: typeof one) =>
          log.applyParticipant(person(code, { user_id: ana, display_name: 'Ana', role: 'member', version: 2 })),
      }

      await apply.room(one)
      await apply.person(one)
      await apply.person(two)
      await apply.room(two)

      const [first, second] = [await one.look(), await two.look()]
      expect(JSON.parse(first.room)).toEqual({ ...JSON.parse(second.room), room_code: one.code })
      expect([(await one.steer(0)).outcome, (await two.steer(0)).outcome]).toEqual(['refused', 'refused'])
    })
  })
}
