import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, cleo, code, createStage, dora, sessionId, settled } from './stage.fixture'

describe('entering', () => {
  test('[EN1] a member gets a ROOM_STATE that holds its own arrival, and nothing before it', async () => {
    const { enter } = await createStage().node()

    const client = await enter(ana)

    expect(client.got).toMatchObject([
      {
        type: 'ROOM_STATE',
        resumed: false,
        reason: 'first',
        seq: 1,
        you: { id: ana, display_name: 'Ana', role: 'host' },
        room: { room_code: code, name: 'Cinema' },
        participants: [{ id: ana }],
        participants_total: 1,
        pending: [{ id: cleo, display_name: 'Cleo', is_guest: true }],
      },
    ])
    expect(client.admitted).toMatchObject({ seq: 1 })
  })

  test('[EN2] without a valid token: ERROR unauthenticated, then 4401, whatever the room', async () => {
    const { open } = await createStage().node()

    for (const [token, room] of [
      ['', code],
      ['nonsense', code],
      ['nonsense', 'no room'],
    ] as const) {
      const client = open(ana, { token, room })

      expect(await client.over()).toBe(4401)
      expect(client.got).toMatchObject([{ type: 'ERROR', code: 'unauthenticated', retryable: false }])
    }
  })

  test('[EN3] where there is no such room, or no code at all: room_not_found, 4404', async () => {
    const { open } = await createStage().node()

    for (const room of ['00000000', 'no room', '']) {
      const client = open(ana, { room })

      expect(await client.over()).toBe(4404)
      expect(client.got).toMatchObject([{ type: 'ERROR', code: 'room_not_found' }])
    }
  })

  test('[EN3] a code is read in any case, and is the same room', async () => {
    const { node, enter } = await createStage().node()
    await enter(ana)

    const ana2 = await enter(ben, { room: code.toLowerCase() })

    expect(ana2.got).toMatchObject([{ participants_total: 2 }])
    expect(node.rooms.all()).toHaveLength(1)
  })

  test.each([
    ['has no row', undefined, {}, 4404, 'room_not_found'],
    ['has left', 'LEFT', {}, 4404, 'room_not_found'],
    ['has no row in a closed room', undefined, { is_active: false }, 4404, 'room_not_found'],
    ['waits', 'PENDING', {}, 4403, 'not_approved'],
    ['was denied', 'DENIED', {}, 4403, 'not_approved'],
    ['was removed', 'REMOVED', {}, 4411, 'removed'],
    ['is a member of a closed room', 'APPROVED', { is_active: false }, 4410, 'room_closed'],
    ['has no row in a public room', undefined, { is_private: false, entry_mode: null }, 4403, 'not_approved'],
    ['has no row in a closed public room', undefined, { is_private: false, entry_mode: null, is_active: false }, 4410, 'room_closed'],
  ] as const)('[EN4] one who %s is turned away', async (_, standing, room, closeCode, error) => {
    const stage = createStage({ room })
    const { open } = await stage.node()
    if (standing) stage.owner.put(dora, { standing })

    const client = open(dora)

    expect(await client.over()).toBe(closeCode)
    expect(client.got).toMatchObject([{ type: 'ERROR', code: error }])
  })

  test('[EN4] a closed private room that is still served here is not told to a stranger either', async () => {
    const stage = createStage()
    const { open, enter, change } = await stage.node()
    await enter(ana)
    await change({ is_active: false })

    const stranger = open(dora)
    const member = open(ben)

    expect(await stranger.over()).toBe(4404)
    expect(await member.over()).toBe(4410)
  })

  test('[EN5] one whom the log knows as approved is not asked about again', async () => {
    const stage = createStage()
    const { enter } = await stage.node()
    await enter(ana)
    const asked = stage.owner.asked.length

    await enter(ana)

    expect(stage.owner.asked).toHaveLength(asked)
  })

  test('[EN5] a "no" is not kept: whoever is approved meanwhile gets in at the next try', async () => {
    const stage = createStage()
    const { open, enter } = await stage.node()
    const first = open(dora)
    await first.over()
    stage.owner.put(dora, { standing: 'APPROVED' })

    const second = await enter(dora)

    expect(second.got).toMatchObject([{ type: 'ROOM_STATE', you: { id: dora } }])
  })

  test('[EN6] while the owner of memberships does not answer, one is to try later, and is not refused', async () => {
    const stage = createStage()
    const { open, enter } = await stage.node()
    await enter(ana)
    stage.owner.setAway(true)

    const client = open(ben)

    expect(await client.over()).toBe(1013)
    expect(client.got).toMatchObject([{ type: 'ERROR', code: 'unavailable', retryable: true, retry_after_ms: 1000 }])
  })

  test('[EN6] while the log does not answer, one is to try later', async () => {
    const { open, tap } = await createStage().node()
    tap.refuse()

    const client = open(ana)

    expect(await client.over()).toBe(1013)
    expect(client.got).toMatchObject([{ type: 'ERROR', code: 'unavailable', retryable: true }])
  })

  test('[EN7] what a client sends before it is in takes effect after, in order', async () => {
    const stage = createStage()
    const { open, tap } = await stage.node()
    const arriving = tap.holdCalls('arrive')
    const client = open(ana)
    await arriving.reached

    client.says(chat('one', 'm1'))
    client.says(chat('two', 'm2'))
    arriving.release()

    await client.next('ACK')
    await client.next('ACK')
    expect(client.types()[0]).toBe('ROOM_STATE')
    expect(client.got.filter(({ type }) => type === 'CHAT_MESSAGE').map(({ message }) => message)).toEqual(['one', 'two'])
  })

  test('[EN8] one who goes away while its arrival is answered leaves nobody behind', async () => {
    const { open, enter, decide, pass, tap } = await createStage().node()
    const host = await enter(ana)
    await decide(ben, 'APPROVED')
    const arriving = tap.holdAnswers('arrive')
    const client = open(ben)
    await arriving.reached

    client.leaves(1006)
    await pass(6_000)
    arriving.release()
    await settled()
    await pass(6_000)

    await host.next('USER_LEFT')
    expect(host.types()).toEqual(['ROOM_STATE', 'PARTICIPANT_APPROVED', 'USER_JOINED', 'USER_LEFT'])
  })

  test('[EN8] one who goes away before its arrival is put to the log never arrives', async () => {
    const stage = createStage()
    const { open, enter, pass } = await stage.node()
    const host = await enter(ana)
    const verifying = stage.tokens.hold()
    const client = open(ben)

    client.leaves(1006)
    verifying.release()
    await pass(10_000)

    expect(host.types()).not.toContain('USER_JOINED')
  })

  test('[EN9] one who is removed while its arrival is answered does not slip in', async () => {
    const { open, enter, decide, tap } = await createStage().node()
    const host = await enter(ana)
    await enter(ben)
    const arriving = tap.holdAnswers('arrive')
    const client = open(ben)
    await arriving.reached

    await decide(ben, 'REMOVED')
    arriving.release()

    expect(await client.over()).toBe(4411)
    expect(client.types()).toEqual(['ERROR'])
    expect(host.types()).toContain('PARTICIPANT_REMOVED')
  })

  test('[EN9] one who is removed and let in again while it arrives is in', async () => {
    const { open, enter, decide, tap } = await createStage().node()
    await enter(ana)
    await decide(ben, 'APPROVED')
    const arriving = tap.holdAnswers('arrive')
    const client = open(ben)
    await arriving.reached

    await decide(ben, 'REMOVED')
    await decide(ben, 'APPROVED')
    arriving.release()

    await client.next('ROOM_STATE')
    expect(client.closed).toBeUndefined()
  })

  test('[EN9] a room that closes while one arrives closes it too', async () => {
    const { open, enter, change, decide, tap } = await createStage().node()
    await enter(ana)
    await decide(ben, 'APPROVED')
    const arriving = tap.holdAnswers('arrive')
    const client = open(ben)
    await arriving.reached

    await change({ is_active: false })
    arriving.release()

    expect(await client.over()).toBe(4410)
  })

  test('[EN9] a session that is revoked while it enters does not get in', async () => {
    const stage = createStage()
    const { open, node, tap } = await stage.node()
    const arriving = tap.holdAnswers('arrive')
    const client = open(ana, { token: stage.tokens.issue(ana, { sessionId: sessionId(77) }) })
    await arriving.reached

    node.revoke(sessionId(77))
    arriving.release()

    expect(await client.over()).toBe(4401)
    await settled()
    expect(client.types()).toEqual(['ERROR'])
  })

  test('[EN9] a name that changes while one arrives is the one it gets', async () => {
    const { open, enter, decide, tap } = await createStage().node()
    await enter(ana)
    await decide(ben, 'APPROVED')
    const arriving = tap.holdAnswers('arrive')
    const client = open(ben)
    await arriving.reached

    await decide(ben, 'APPROVED', { display_name: 'Benjamin' })
    arriving.release()

    expect(await client.next('ROOM_STATE')).toMatchObject({ you: { display_name: 'Benjamin' } })
  })

  test('[EN10] a room stays open while somebody is on the way in, however long nobody has been there', async () => {
    const stage = createStage()
    const { node, enter, decide, open, pass, tap } = await stage.node()
    const first = await enter(ana)
    await decide(ben, 'APPROVED')
    first.leaves(1000)
    await pass(1_000)
    await pass(200)
    const arriving = tap.holdAnswers('arrive')
    const client = open(ben)
    await arriving.reached

    await pass(20_000)
    arriving.release()
    await client.next('ROOM_STATE')

    expect(node.rooms.get(code)?.members.size).toBe(1)
    expect(tap.calls.get('close')).toBeUndefined()
  })
})
