import { describe, expect, test } from 'bun:test'
import { ana, ben, cleo, createStage, entryOf, nobody, type OpenWorld, person } from './stage'

export function holdsAppending(openWorld: OpenWorld): void {
  const setup = createStage(openWorld)

  describe('append', () => {
    test('takes the next place, stamps the clock of the log, and answers the frame', async () => {
      const { say } = await setup()

      const [first, second] = [entryOf(await say('one')), entryOf(await say('two'))]

      const { sent_at_ms } = JSON.parse(second.payload)
      expect([first.seq, second.seq]).toEqual([1, 2])
      expect(second).toEqual({
        offset: 2,
        seq: 2,
        note: 0,
        type: 'CHAT_MESSAGE',
        payload: `{"seq":2,"sent_at_ms":${sent_at_ms},"type":"CHAT_MESSAGE","id":"c1","user":{"id":"${ben}"},"message":"two"}`,
      })
      expect(sent_at_ms).toBeInteger()
    })

    test('entries of many nodes at once have one order, without gap or doubling', async () => {
      const { log, code, epoch, say, sayOnOther } = await setup()

      const outcomes = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? say(`n ${i}`) : sayOnOther(`s ${i}`))))

      const answered = outcomes.map(entryOf).sort((a, b) => a.offset - b.offset)
      expect(answered.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
      expect(await log.read(code, { epoch, seq: 0, note: 0 }, 1_000)).toEqual(answered)
    })

    test('what a node asks for without waiting for answers takes effect in the order asked', async () => {
      const { log, code, epoch, arrive, depart, say } = await setup()
      await arrive(ana, 'a1')

      await Promise.all([say('one'), arrive(ben, 'b1'), say('two'), depart('a1'), say('three', { commandId: 'id' })])
      const again = Promise.all([
        say('three', { commandId: 'id' }),
        say('four', { commandId: 'other' }),
        say('four', { commandId: 'other' }),
      ])

      expect(await again).toMatchObject([
        { outcome: 'repeated', seq: 6 },
        { outcome: 'appended', entry: { seq: 7 } },
        { outcome: 'repeated', seq: 7 },
      ])
      const entries = (await log.read(code, { epoch, seq: 0, note: 0 }, 100)) ?? []
      const told = entries.map(({ type, payload }) => (type === 'CHAT_MESSAGE' ? JSON.parse(payload).message : type))
      expect(told).toEqual(['USER_JOINED', 'one', 'USER_JOINED', 'two', 'USER_LEFT', 'three', 'four'])
    })

    test('an instant in the event is the stamp and the lead', async () => {
      const { steer } = await setup()

      const { payload } = entryOf(await steer(0))

      const { sent_at_ms, at_ms, ...rest } = JSON.parse(payload)
      expect(at_ms).toBe(sent_at_ms + 200)
      expect(rest).toMatchObject({ type: 'PLAY', playing: true, time: 12.5, version: 1 })
    })

    test('a command under an id seen before takes effect once, on whichever node', async () => {
      const { look, say, sayOnOther } = await setup()
      const first = entryOf(await say('once', { commandId: 'id 1}' }))
      await say('between')

      const again = await sayOnOther('once', { commandId: 'id 1}' })

      expect(again).toEqual({ outcome: 'repeated', seq: first.seq })
      expect((await look()).seq).toBe(2)
    })

    test("ids are each user's own", async () => {
      const { say } = await setup()
      await say('Ben', { commandId: 'same' })

      const hers = await say('Ana', { commandId: 'same', sender: { userId: ana, role: 'member' } })

      expect(hers.outcome).toBe('appended')
    })

    test('[G5] an id is forgotten after ten minutes, not before', async () => {
      const { world, code, say } = await setup()
      await say('first', { commandId: 'id' })

      await world.age(code, 9 * 60_000)
      const early = await say('first', { commandId: 'id' })
      await world.age(code, 60_001)
      const late = await say('first', { commandId: 'id' })

      expect([early.outcome, late.outcome]).toEqual(['repeated', 'appended'])
    })

    test('a refused command leaves its id free', async () => {
      const { log, code, say } = await setup()
      const refused = await say('me too', { commandId: 'id', sender: { userId: cleo, role: 'member' } })
      await log.applyParticipant(person(code, { user_id: cleo, version: 2 }))

      const accepted = await say('me too', { commandId: 'id', sender: { userId: cleo, role: 'member' } })

      expect([refused.outcome, accepted.outcome]).toEqual(['refused', 'appended'])
    })

    test.each(['PENDING', 'DENIED', 'LEFT', 'REMOVED'] as const)('a sender who is %s is refused', async (standing) => {
      const { log, code, say, look } = await setup()
      await log.applyParticipant(person(code, { user_id: ben, standing, version: 2 }))
      const before = await look()

      const outcome = await say('hello')

      expect(outcome).toEqual({ outcome: 'refused', code: 'not_approved' })
      expect(await look()).toEqual(before)
    })

    test('a sender whom the log does not know is refused', async () => {
      const { say } = await setup()

      expect(await say('hello', { sender: { userId: nobody, role: 'member' } })).toEqual({ outcome: 'refused', code: 'not_approved' })
    })

    test("a host's command from a member is refused and changes nothing", async () => {
      const { steer, look, image } = await setup()

      const outcome = await steer(0, { sender: { userId: ben, role: 'host' } })

      expect(outcome).toEqual({ outcome: 'refused', code: 'host_only' })
      expect(await look()).toEqual({ ...image, wasServing: true })
    })

    test.each([
      ['host', ['appended', 'host_only', 'host_only']],
      ['moderators', ['appended', 'appended', 'moderators_only']],
      ['everyone', ['appended', 'appended', 'appended']],
    ] as const)('[PB6] [PB7] where %s may control, the log lets them, and nobody else', async (control, expected) => {
      const { log, code, row, steer } = await setup()
      await log.applyParticipant(person(code, { user_id: cleo, display_name: 'Cleo', role: 'moderator', version: 2 }))
      await log.applyRoom({ ...row, control, version: 3 })

      const answers: string[] = []
      for (const userId of [ana, cleo, ben]) {
        const version = answers.filter((answer) => answer === 'appended').length
        const outcome = await steer(version, { sender: { userId, role: 'host' } })
        answers.push('code' in outcome ? outcome.code : outcome.outcome)
      }

      expect(answers).toEqual([...expected])
      expect((await steer(9, { sender: { userId: nobody, role: 'host' } })).outcome).toBe('refused')
    })

    test('a role that was taken away no longer counts', async () => {
      const { log, code, steer } = await setup()
      await log.applyParticipant(person(code, { user_id: ana, display_name: 'Ana', role: 'member', version: 2 }))

      expect(await steer(0)).toEqual({ outcome: 'refused', code: 'host_only' })
    })

    test('a node appends for the room itself, whoever is a member, and in the versions that it expects', async () => {
      const { steer, look } = await setup()

      const [first, again] = [
        await steer(0, { sender: { userId: '', role: 'node' } }),
        await steer(0, { sender: { userId: '', role: 'node' } }),
      ]

      expect([first.outcome, again.outcome]).toEqual(['appended', 'conflict'])
      expect(JSON.parse((await look()).playback)).toMatchObject({ version: 1, playing: true })
    })

    test('chat is refused while it is turned off, and only then', async () => {
      const { log, row, say } = await setup()
      await log.applyRoom({ ...row, is_chat_enabled: false, version: 2 })
      const off = await say('hello', { chat: true })
      const notChat = await say('hello')
      await log.applyRoom({ ...row, is_chat_enabled: true, version: 3 })

      const on = await say('hello', { chat: true })

      expect(off).toEqual({ outcome: 'refused', code: 'chat_disabled' })
      expect([notChat.outcome, on.outcome]).toEqual(['appended', 'appended'])
    })

    test('a room may be made with chat turned off', async () => {
      const { say } = await setup({ room: { is_chat_enabled: false } })

      expect(await say('hello', { chat: true })).toEqual({ outcome: 'refused', code: 'chat_disabled' })
    })

    test("a playback command becomes the room's playback", async () => {
      const { steer, look } = await setup()

      const { payload } = entryOf(await steer(0))

      const { seq, sent_at_ms, type, ...timeline } = JSON.parse(payload)
      expect([seq, type]).toEqual([1, 'PLAY'])
      expect(sent_at_ms).toBeInteger()
      expect(JSON.parse((await look()).playback)).toEqual(timeline)
    })

    test('of playback commands that expect the same version one is accepted, the others conflict', async () => {
      const { steer, look } = await setup()

      const outcomes = await Promise.all([steer(0), steer(0), steer(0)])

      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['appended', 'conflict', 'conflict'])
      expect(await look()).toMatchObject({ seq: 1 })
      expect((await steer(1)).outcome).toBe('appended')
    })

    test('a log of another epoch is not appended to', async () => {
      const { say, look } = await setup()

      const outcome = await say('hello', { epoch: 'another' })

      expect(outcome).toEqual({ outcome: 'epoch' })
      expect((await look()).seq).toBe(0)
    })

    test('a room without a log is not appended to', async () => {
      const { log, epoch, north } = await setup()

      const event = { type: 'CHAT_MESSAGE', before: '', after: '"message":"x"}' } as const
      const outcome = await log.append('NOWHERE3', { epoch, node: north, event, sender: { userId: ben, role: 'member' } })

      expect(outcome).toEqual({ outcome: 'epoch' })
    })

    test('the epoch counts before the id, the id before membership, membership before role, role before chat, chat before the version', async () => {
      const { log, code, row, say } = await setup()
      const late = { chat: true, playback: { expectedVersion: 7 } } as const
      await say('once', { commandId: 'id' })
      await log.applyRoom({ ...row, is_chat_enabled: false, version: 2 })

      const chatFirst = await say('x', late)
      const roleFirst = await say('x', { ...late, sender: { userId: ben, role: 'host' } })
      await log.applyParticipant(person(code, { user_id: ben, standing: 'REMOVED', version: 2 }))
      const membershipFirst = await say('x', { ...late, sender: { userId: ben, role: 'host' } })
      const idFirst = await say('x', { ...late, commandId: 'id' })
      const epochFirst = await say('x', { ...late, commandId: 'id', epoch: 'another' })

      expect([chatFirst, roleFirst, membershipFirst, idFirst, epochFirst]).toEqual([
        { outcome: 'refused', code: 'chat_disabled' },
        { outcome: 'refused', code: 'host_only' },
        { outcome: 'refused', code: 'not_approved' },
        { outcome: 'repeated', seq: 1 },
        { outcome: 'epoch' },
      ])
    })
  })
}
