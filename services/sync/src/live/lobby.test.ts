import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, cleo, code, createStage, settled } from './stage.fixture'

const lobby = { lobby: true }

describe('the lobby', () => {
  test('[EN20] one who waits and agrees to is held, and told which room it waits for', async () => {
    const { open } = await createStage().node()

    const client = open(cleo, lobby)

    expect(await client.next('LOBBY')).toMatchObject({ type: 'LOBBY', room: { room_code: code, name: 'Cinema' } })
    expect(client.closed).toBeUndefined()
    expect(client.pass).not.toBe('')
  })

  test('[EN20] one who is a member needs no lobby', async () => {
    const { enter } = await createStage().node()

    const client = await enter(ben, lobby)

    expect(client.types()).toEqual(['ROOM_STATE'])
  })

  test('[EN21] the instant it is approved one who waits is in, on whichever node that is heard', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    await south.enter(ana)
    const client = north.open(cleo, lobby)
    await client.next('LOBBY')

    await south.decide(cleo, 'APPROVED')

    expect(await client.next('ROOM_STATE')).toMatchObject({ reason: 'first', you: { id: cleo } })
    expect(client.types()).toEqual(['LOBBY', 'PARTICIPANT_APPROVED', 'ROOM_STATE'])
  })

  test('[EN21] what it sent while it was let in takes effect', async () => {
    const { open, decide, tap } = await createStage().node()
    const client = open(cleo, lobby)
    await client.next('LOBBY')
    await settled()
    const arriving = tap.holdAnswers('arrive')
    await decide(cleo, 'APPROVED')
    await arriving.reached

    arriving.release()
    await client.next('ROOM_STATE')
    client.says(chat('hello', 'm1'))

    expect(await client.next('ACK')).toMatchObject({ id: 'm1' })
  })

  test('[EN22] an approval between the question and the registration is not missed', async () => {
    const stage = createStage()
    const { open, enter, decide } = await stage.node()
    await enter(ana)
    const answering = stage.owner.hold()
    const client = open(cleo, lobby)
    await settled()

    await decide(cleo, 'APPROVED')
    answering.release()

    expect(await client.next('ROOM_STATE')).toMatchObject({ you: { id: cleo } })
  })

  test('[EN22] an approval of which nobody heard is found within ten seconds', async () => {
    const stage = createStage()
    const { open, pass } = await stage.node()
    const client = open(cleo, lobby)
    await client.next('LOBBY')
    const elsewhere = await stage.node()

    // Applied where nobody listens to: as if the note had been lost.
    stage.owner.put(cleo, { standing: 'APPROVED' })
    stage.loseLog()
    await elsewhere.node.upkeep.beat()
    await pass(10_000)
    await pass(10_000)

    expect(await client.next('ROOM_STATE')).toMatchObject({ you: { id: cleo } })
  })

  test('[EN22] what it sends while a lost approval is made up for takes effect', async () => {
    const stage = createStage()
    const { open, tap, pass } = await stage.node()
    const client = open(cleo, lobby)
    await client.next('LOBBY')
    await settled()
    tap.holdChannel()
    const elsewhere = await stage.node()
    await elsewhere.enter(ana)
    await elsewhere.decide(cleo, 'APPROVED')
    const arriving = tap.holdAnswers('arrive')
    await pass(10_000)
    await arriving.reached
    arriving.release()
    await client.next('ROOM_STATE')

    client.says(chat('hello', 'm1'))

    expect(await client.next('ACK')).toMatchObject({ id: 'm1' })
  })

  test('[EN23] one who is denied is told, and closed with 4403', async () => {
    const { open, decide } = await createStage().node()
    const client = open(cleo, lobby)
    await client.next('LOBBY')

    await decide(cleo, 'DENIED')

    expect(await client.over()).toBe(4403)
    expect(client.got.slice(1)).toMatchObject([
      { type: 'PARTICIPANT_DENIED', user: { id: cleo } },
      { type: 'ERROR', code: 'not_approved' },
    ])
  })

  test('[EN23] a room that closes closes its lobby', async () => {
    const { open, change } = await createStage().node()
    const client = open(cleo, lobby)
    await client.next('LOBBY')

    await change({ is_active: false })

    expect(await client.over()).toBe(4410)
  })

  test('[EN24] after fifteen minutes one is told to try later', async () => {
    const stage = createStage()
    const { open, pass } = await stage.node()
    const expiresAtMs = stage.clock.nowMs() + 3_600_000
    const client = open(cleo, { ...lobby, token: stage.tokens.issue(cleo, { expiresAtMs }) })
    await client.next('LOBBY')

    await pass(899_999)
    const openUntilThen = client.closed === undefined
    await pass(1)

    expect(openUntilThen).toBe(true)
    expect(await client.over()).toBe(1013)
    expect(client.got.at(-1)).toMatchObject({ type: 'ERROR', code: 'unavailable' })
  })

  test('[EN25] hosts hear of those who wait, are let in and are denied; members do not', async () => {
    const { enter, decide } = await createStage().node()
    const host = await enter(ana)
    const member = await enter(ben)

    await decide(cleo, 'DENIED')
    await decide(cleo, 'PENDING')
    await decide(cleo, 'APPROVED')

    const person = { id: cleo, display_name: 'Cleo', is_guest: true }
    expect(host.got.slice(-3)).toMatchObject([
      { type: 'PARTICIPANT_DENIED', user: person },
      { type: 'PARTICIPANT_PENDING', user: person },
      { type: 'PARTICIPANT_APPROVED', user: person },
    ])
    expect(member.types()).toEqual(['ROOM_STATE'])
  })

  test('[EN25] a host that was away finds those who wait; a member is not shown them', async () => {
    const { enter, decide } = await createStage().node()
    await enter(ben)
    await decide(cleo, 'DENIED')
    await decide(cleo, 'PENDING')

    const host = await enter(ana)
    const member = await enter(ben)

    expect(host.got[0]).toMatchObject({ pending: [{ id: cleo }] })
    expect(member.got[0]).not.toHaveProperty('pending')
  })

  test('[EN26] one who waits sends nothing into the room, but its clock and its token are served', async () => {
    const stage = createStage()
    const { open } = await stage.node()
    const client = open(cleo, { ...lobby, token: stage.tokens.issue(cleo) })
    await client.next('LOBBY')

    client.says(chat('hello', 'm1'))
    client.says({ type: 'TIME_SYNC', t0: 5 })
    client.says({ type: 'AUTH', token: stage.tokens.issue(cleo) })

    await client.next('AUTHENTICATED')
    expect(client.got.slice(1)).toMatchObject([
      { type: 'ERROR', code: 'not_approved', id: 'm1' },
      { type: 'TIME_SYNC', t0: 5 },
      { type: 'AUTHENTICATED' },
    ])
  })
})
