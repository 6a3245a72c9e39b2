import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, createStage, settled } from './stage.fixture'

describe('chat', () => {
  test('[CH1] a line reaches everybody, trimmed, with its sender and an id of ours', async () => {
    const { enter } = await createStage().node()
    const host = await enter(ana)
    const member = await enter(ben)

    member.says(chat('  "hi" \u2028 there\n', 'mine'))

    const line = await host.next('CHAT_MESSAGE')
    expect(line).toMatchObject({ message: '"hi" \u2028 there', user: { id: ben, display_name: 'Ben', is_guest: true, role: 'member' } })
    expect(line.id).not.toBe('mine')
    expect(await member.next('CHAT_MESSAGE')).toEqual(line)
  })

  test('[CH2] while chat is turned off nobody is heard, and the sender is told', async () => {
    const { enter, change } = await createStage().node()
    const host = await enter(ana)
    await change({ is_chat_enabled: false })

    host.says(chat('hello', 'm1'))
    const refused = await host.next('ERROR')
    await change({ is_chat_enabled: true })
    host.says(chat('hello', 'm1'))

    expect(refused).toMatchObject({ code: 'chat_disabled', id: 'm1' })
    expect(await host.next('ACK')).toMatchObject({ id: 'm1' })
  })

  test('[CH3] ten lines in five seconds, then one is told when to go on', async () => {
    const stage = createStage()
    const { enter } = await stage.node()
    const client = await enter(ana)

    for (let count = 0; count <= 10; count++) client.says(chat(`${count}`, `m${count}`))
    const refused = await client.next('ERROR')
    stage.clock.advance(500)
    client.says(chat('again', 'm11'))
    for (let count = 0; count <= 10; count++) await client.next('ACK')

    expect(refused).toMatchObject({ code: 'rate_limited', id: 'm10', retry_after_ms: 500, retryable: true })
    expect(client.got.filter(({ type }) => type === 'CHAT_MESSAGE')).toHaveLength(11)
  })

  test('[CH4] a newcomer sees the latest fifty lines, oldest first', async () => {
    const { enter } = await createStage({ limits: { chat: undefined } }).node()
    const client = await enter(ana)
    for (let count = 1; count <= 60; count++) client.says(chat(`${count}`, `m${count}`))
    for (let count = 1; count <= 60; count++) await client.next('ACK')

    const late = await enter(ben)

    const history = late.got[0]?.chat_history
    expect(history?.map(({ message }) => message)).toEqual(Array.from({ length: 50 }, (_, place) => `${place + 11}`))
  })
})

describe('commands', () => {
  test('[CM1] the commands of one socket take effect in the order sent', async () => {
    const { enter } = await createStage({ limits: { chat: undefined } }).node()
    const client = await enter(ana)

    for (let count = 0; count < 20; count++) {
      client.says(count % 3 === 0 ? { type: 'SEEK', time: count } : chat(`${count}`))
    }
    client.says(chat('end', 'end'))
    await client.next('ACK')

    const order = client.got.flatMap(({ time, message }) => (time === undefined && message === undefined ? [] : [time ?? message]))
    expect(order).toEqual([...Array.from({ length: 20 }, (_, count) => (count % 3 === 0 ? count : `${count}`)), 'end'])
  })

  test('[CM2] a command is acknowledged after its event, with its place', async () => {
    const { enter } = await createStage().node()
    const client = await enter(ana)

    client.says({ type: 'PLAY', time: 1, id: 'p1' })

    expect(await client.next('ACK')).toEqual({ type: 'ACK', id: 'p1', seq: 2 })
    expect(client.types()).toEqual(['ROOM_STATE', 'PLAY', 'ACK'])
  })

  test('[CM2] while earlier events are missing an acknowledgement waits for them', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const member = await south.enter(ben)
    south.tap.holdChannel()
    host.says(chat('first', 'm1'))
    await host.next('ACK')

    member.says(chat('second', 'm2'))

    await member.next('ACK')
    expect(member.types().slice(-3)).toEqual(['CHAT_MESSAGE', 'CHAT_MESSAGE', 'ACK'])
  })

  test('[G5] [CM3] a repeated command takes effect once, and is acknowledged with its first place', async () => {
    const { enter } = await createStage().node()
    const client = await enter(ana)

    client.says(chat('hello', 'm1'))
    client.says(chat('in between'))
    client.says(chat('hello', 'm1'))
    const acks = [await client.next('ACK'), await client.next('ACK')]

    expect(acks).toMatchObject([
      { id: 'm1', seq: 2 },
      { id: 'm1', seq: 2 },
    ])
    expect(client.got.filter(({ type }) => type === 'CHAT_MESSAGE')).toHaveLength(2)
  })

  test('[CM3] a repeated playback command is acknowledged, whatever version it expected', async () => {
    const { enter } = await createStage().node()
    const client = await enter(ana)
    const command = { type: 'PLAY', time: 5, id: 'p1', expect_version: 0 }

    client.says(command)
    client.says({ type: 'PAUSE', time: 6 })
    client.says(command)

    expect([await client.next('ACK'), await client.next('ACK')]).toMatchObject([{ seq: 2 }, { seq: 2 }])
    expect(client.types()).toEqual(['ROOM_STATE', 'PLAY', 'ACK', 'PAUSE', 'ACK'])
  })

  test('[G5] [CM4] a command of which nobody knows whether it took effect is repeated, and took effect once', async () => {
    const { enter, tap } = await createStage().node()
    const client = await enter(ana)
    tap.loseAnswer('append')

    client.says(chat('hello', 'm1'))
    const refused = await client.next('ERROR')
    client.says(chat('hello', 'm1'))
    await client.next('ACK')

    expect(refused).toMatchObject({ code: 'read_only', retryable: true, id: 'm1', retry_after_ms: 1000 })
    expect(client.types()).toEqual(['ROOM_STATE', 'ERROR', 'CHAT_MESSAGE', 'ACK'])
  })

  test('[CM4] an answer that was lost leaves no hole: what follows is delivered, in order', async () => {
    const { enter, tap } = await createStage().node()
    const client = await enter(ana)
    tap.loseAnswer('append')

    client.says(chat('lost'))
    await client.next('ERROR')
    client.says(chat('next', 'm2'))
    await client.next('ACK')

    expect(client.got.filter(({ type }) => type === 'CHAT_MESSAGE').map(({ message }) => message)).toEqual(['lost', 'next'])
  })

  test.each([
    ['{"type":"CHAT_MESSAGE"', '(json)'],
    ['null', '(frame)'],
    ['[]', '(frame)'],
    ['"PLAY"', '(frame)'],
    ['{"type":"DANCE","id":"x1"}', 'type'],
    ['{"type":"CHAT_MESSAGE","message":"   ","id":"x1"}', 'message'],
    ['{"type":"CHAT_MESSAGE","message":7,"id":"x1"}', 'message'],
    ['{"type":"CHAT_MESSAGE","message":"hi","id":"x1","colour":"red"}', 'colour'],
    ['{"type":"CHAT_MESSAGE","message":"hi","id":""}', 'id'],
    ['{"type":"PLAY","time":-1,"id":"x1"}', 'time'],
    ['{"type":"PLAY","time":1e999,"id":"x1"}', 'time'],
    ['{"type":"PLAY","time":864001,"id":"x1"}', 'time'],
    ['{"type":"PLAY","time":"3","id":"x1"}', 'time'],
    ['{"type":"SEEK","id":"x1"}', 'time'],
    ['{"type":"PLAY","time":1,"expect_version":-1,"id":"x1"}', 'expect_version'],
  ])('[CM5] %s is refused by its field, and changes nothing', async (text, field) => {
    const { enter } = await createStage().node()
    const client = await enter(ana)

    client.says(text)

    expect(await client.next('ERROR')).toMatchObject({ code: 'invalid_frame', field, ...(text.includes('x1') ? { id: 'x1' } : {}) })
    await settled()
    expect(client.types()).toEqual(['ROOM_STATE', 'ERROR'])
  })

  test('[CM6] twenty bad frames in ten seconds end their socket with 4429, and only that', async () => {
    const stage = createStage()
    const { enter } = await stage.node()
    const bad = await enter(ana)
    const good = await enter(ana)

    for (let count = 0; count < 19; count++) bad.says('{')
    const openUntilThen = bad.closed === undefined
    bad.says('{')

    expect(openUntilThen).toBe(true)
    expect(await bad.over()).toBe(4429)
    expect(bad.got.at(-1)).toMatchObject({ type: 'ERROR', code: 'rate_limited' })
    expect(good.closed).toBeUndefined()
  })

  test('[CM6] bad frames further apart are only refused', async () => {
    const stage = createStage()
    const { enter } = await stage.node()
    const client = await enter(ana)

    for (let count = 0; count < 40; count++) {
      client.says('{')
      stage.clock.advance(600)
    }

    expect(client.closed).toBeUndefined()
  })

  test('[CM7] more than may wait is refused, and what waits takes effect', async () => {
    const { enter, tap } = await createStage({ limits: { chat: undefined } }).node()
    const client = await enter(ana)
    const appending = tap.holdCalls('append')
    client.says({ type: 'PLAY', time: 1 })
    await appending.reached

    for (let count = 0; count < 65; count++) client.says(chat(`${count}`, `m${count}`))
    appending.release()
    for (let count = 0; count < 64; count++) await client.next('ACK')

    expect(await client.next('ERROR')).toMatchObject({ code: 'rate_limited', id: 'm64' })
    expect(client.got.filter(({ type }) => type === 'CHAT_MESSAGE')).toHaveLength(64)
  })

  test("[CM8] the clock that is told is the room log's, at once, whatever else waits", async () => {
    const stage = createStage()
    const { enter, tap } = await stage.node()
    const client = await enter(ana)
    const appending = tap.holdCalls('append')
    client.says(chat('waits', 'm1'))

    client.says({ type: 'TIME_SYNC', t0: 123.5 })

    const nowMs = stage.clock.nowMs()
    expect(client.got.at(-1)).toMatchObject({ type: 'TIME_SYNC', t0: 123.5, t1: nowMs, t2: nowMs })
    appending.release()
  })

  test('[G12] [CM9] while the log is away commands are refused for now, and later they are taken', async () => {
    const { enter, tap } = await createStage().node()
    const client = await enter(ana)
    tap.refuse()
    client.says({ type: 'PLAY', time: 1, id: 'p1' })
    const refused = await client.next('ERROR')

    tap.accept()
    client.says({ type: 'PLAY', time: 1, id: 'p1' })

    expect(refused).toMatchObject({ code: 'read_only', retryable: true, id: 'p1' })
    expect(await client.next('ACK')).toMatchObject({ id: 'p1', seq: 2 })
  })

  test('[CM10] a command under which the log became another takes effect in the new one', async () => {
    const stage = createStage()
    const { enter } = await stage.node()
    const host = await enter(ana)
    const member = await enter(ben)
    stage.loseLog()

    member.says(chat('still here', 'm1'))

    expect(await member.next('ACK')).toMatchObject({ id: 'm1' })
    expect(await host.next('CHAT_MESSAGE')).toMatchObject({ message: 'still here' })
    expect(member.types().slice(1)).not.toContain('ERROR')
  })
})
