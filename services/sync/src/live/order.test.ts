import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, code, createStage, settled } from './stage.fixture'

const room = { limits: { chat: undefined } }
const lines = (got: readonly { readonly type: string; readonly message?: unknown }[]) =>
  got.flatMap(({ type, message }) => (type === 'CHAT_MESSAGE' ? [message] : []))

describe('the log as it is told', () => {
  test('[G1] [LG1] members on two nodes see the same events in the same order', async () => {
    const stage = createStage(room)
    const [north, south] = [await stage.node(), await stage.node()]
    const clients = [await north.enter(ana), await south.enter(ben)]

    for (let count = 0; count < 30; count++) clients[count % 2]?.says(chat(`${count}`, `m${count}`))
    for (const client of clients) for (let count = 0; count < 15; count++) await client.next('ACK')
    await settled()

    const [first, second] = clients.map(({ got }) => lines(got))
    expect(first).toHaveLength(30)
    expect(second).toEqual(first ?? [])
    expect([...north.gateway.breaks, ...south.gateway.breaks]).toEqual([])
  })

  test('[LG1] whatever order entries come in, they are told in theirs, each once', async () => {
    const stage = createStage(room)
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const member = await south.enter(ben)
    south.tap.holdChannel()
    for (const text of ['one', 'two', 'three']) host.says(chat(text, text))
    for (let count = 0; count < 3; count++) await host.next('ACK')

    south.tap.deliver((entries) => [...entries].reverse().concat(entries))

    expect(lines(member.got)).toEqual(['one', 'two', 'three'])
    expect(south.tap.calls.get('read')).toBeUndefined()
  })

  test('[G2] [LG2] an entry that nobody brought is read from the log before anything later is told', async () => {
    const stage = createStage(room)
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const member = await south.enter(ben)
    south.tap.holdChannel()
    for (const text of ['one', 'two', 'three']) host.says(chat(text, text))
    for (let count = 0; count < 3; count++) await host.next('ACK')

    south.tap.deliver((entries) => entries.slice(2))
    const before = lines(member.got)
    for (let count = 0; count < 3; count++) await member.next('CHAT_MESSAGE')

    expect(before).toEqual([])
    expect(lines(member.got)).toEqual(['one', 'two', 'three'])
    expect(south.gateway.breaks).toEqual([])
  })

  test('[LG2] a log that does not answer then is asked again', async () => {
    const stage = createStage(room)
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const member = await south.enter(ben)
    south.tap.holdChannel()
    for (const text of ['one', 'two']) host.says(chat(text, text))
    for (let count = 0; count < 2; count++) await host.next('ACK')
    south.tap.loseAnswer('read')

    south.tap.deliver((entries) => entries.slice(1))
    for (let count = 0; count < 2; count++) await member.next('CHAT_MESSAGE')

    expect(lines(member.got)).toEqual(['one', 'two'])
    expect(south.tap.calls.get('read')).toBe(2)
  })

  test('[LG3] when the log has become another, everybody gets a snapshot that says so, and nothing of it before', async () => {
    const stage = createStage(room)
    const { enter, gateway } = await stage.node()
    const [host, member] = [await enter(ana), await enter(ben)]
    stage.loseLog()

    host.says(chat('after', 'm1'))
    await host.next('ACK')
    for (const client of [host, member]) await client.next('ROOM_STATE')
    host.says(chat('later', 'm2'))
    await host.next('ACK')

    for (const client of [host, member]) {
      const [first, second] = client.got.filter(({ type }) => type === 'ROOM_STATE')
      expect(second).toMatchObject({ reason: 'epoch', resumed: false })
      expect(second?.epoch).not.toBe(first?.epoch)
      expect(client.closed).toBeUndefined()
      const seqs = client.got
        .slice(client.types().lastIndexOf('ROOM_STATE') + 1)
        .flatMap(({ sent_at_ms, seq }) => (sent_at_ms === undefined ? [] : [seq]))
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, place) => Number(second?.seq) + 1 + place))
      expect(client.got.findLast(({ type }) => type === 'CHAT_MESSAGE')).toMatchObject({ message: 'later' })
    }
    expect(gateway.breaks).toEqual([])
  })

  test('[LG3] those who are members no longer are not in the new log', async () => {
    const stage = createStage(room)
    const { enter } = await stage.node()
    const [host, member] = [await enter(ana), await enter(ben)]
    stage.owner.put(ben, { standing: 'REMOVED' })
    stage.loseLog()

    host.says(chat('after', 'm1'))

    expect(await member.over()).toBe(4411)
    expect(await host.next('ACK')).toMatchObject({ id: 'm1' })
  })

  test('[LG3] where the room is gone with its log, everybody is told', async () => {
    const stage = createStage(room)
    const { enter, node } = await stage.node()
    const host = await enter(ana)
    stage.loseLog()
    stage.owner.dropRoom()

    host.says(chat('anybody?'))

    expect(await host.over()).toBe(4404)
    await settled()
    expect(node.rooms.get(code)).toBeUndefined()
  })

  test('[G4] [LG4] a node that missed more than the log holds gives its members a snapshot that says so', async () => {
    const stage = createStage({ ...room, bounds: { keptEvents: 4, keptMs: 1, keptEntries: 8 } })
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const members = [await south.enter(ben), await south.enter(ben)]
    south.tap.holdChannel()
    for (let count = 0; count < 30; count++) {
      stage.clock.advance(10)
      host.says(chat(`${count}`, `m${count}`))
      await host.next('ACK')
    }

    south.tap.deliver((entries) => entries.slice(-1))
    for (const member of members) await member.next('ROOM_STATE')
    host.says(chat('on it goes', 'm30'))
    await host.next('ACK')

    for (const member of members) {
      expect(member.got.slice(-2)).toMatchObject([{ type: 'ROOM_STATE', reason: 'window', you: { id: ben } }, { message: 'on it goes' }])
    }
    expect(south.gateway.breaks).toEqual([])
  })

  test('[LG4] who was removed among what was missed is closed', async () => {
    const stage = createStage({ ...room, bounds: { keptEvents: 4, keptMs: 1, keptEntries: 8 } })
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const member = await south.enter(ben)
    south.tap.holdChannel()
    await north.decide(ben, 'REMOVED')
    for (let count = 0; count < 30; count++) {
      stage.clock.advance(10)
      host.says(chat(`${count}`, `m${count}`))
      await host.next('ACK')
    }

    south.tap.deliver((entries) => entries.slice(-1))

    expect(await member.over()).toBe(4411)
  })

  test('[LG5] opening a room again, overtaken by what follows, does not set it back', async () => {
    const stage = createStage(room)
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const member = await south.enter(ben)
    const opening = south.tap.holdAnswers('open')
    const served = south.node.rooms.get(code)
    if (!served) throw new Error('the room is not served')
    const reopened = south.node.rooms.reopen(served)
    await opening.reached

    host.says(chat('overtakes', 'm1'))
    await host.next('ACK')
    await member.next('CHAT_MESSAGE')
    opening.release()
    await reopened
    host.says(chat('next', 'm2'))
    await host.next('ACK')

    expect(member.types()).toEqual(['ROOM_STATE', 'CHAT_MESSAGE', 'CHAT_MESSAGE'])
    expect(south.gateway.breaks).toEqual([])
  })

  test('[AD2] [G2] what a node has the log write while it opens a room that it takes over is told at once', async () => {
    const stage = createStage(room)
    const [north, south] = [await stage.node(), await stage.node()]
    const member = await north.enter(ben)
    const opening = south.tap.holdAnswers('open')
    const [moved] = south.gateway.adopt([member])
    await opening.reached

    await south.decide(ben, 'APPROVED', { role: 'moderator' })
    opening.release()
    await settled()

    expect(moved?.types()).toContain('ROLE_CHANGED')
    expect(south.gateway.breaks).toEqual([])
  })
})
