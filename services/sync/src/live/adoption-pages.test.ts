import { describe, expect, test } from 'bun:test'
import type { Client, Moved } from './gateway.fixture'
import { ana, ben, chat, cleo, code, createStage, leaseMs, settled } from './stage.fixture'

const pageBytes = 128 * 1024
const bytesOf = ({ got }: Client) => got.reduce((bytes, frame) => bytes + Buffer.byteLength(JSON.stringify(frame)), 0)
/** Every place after `from`, up to `to`. */
const inOrder = (from: number, to: number) => Array.from({ length: to - from }, (_, place) => from + 1 + place)
const seqOf = (place = '') => Number(place.split('.')[1])

/** Ana and Ben on a node that is lost; since then Ana has said so many long lines, of which some sixty make a page. */
async function setup({ lines = 300, members = [ben] } = {}) {
  const stage = createStage({ limits: { chat: undefined } })
  const [north, south] = [await stage.node(), await stage.node()]
  const host = await north.enter(ana)
  await north.decide(cleo, 'APPROVED')
  const moved: Client[] = []
  for (const member of members) moved.push(await north.enter(member))
  await settled()
  const seq = host.seqs().at(-1) ?? 0
  const say = async (count: number, name: string) => {
    for (let line = 0; line < count; line++) host.says(chat(`${name}${line} ${'x'.repeat(1_900)}`, `${name}${line}`))
    for (let line = 0; line < count; line++) await host.next('ACK')
  }
  for (let said = 0; said < lines; said += 50) await say(50, `${said}.`)
  const head = () => host.seqs().at(-1) ?? 0
  /** They come to a node, with their place; none takes a page until told to. */
  const stall = (to = south, adoption: Parameters<typeof to.gateway.adopt>[1] = {}, those: readonly Moved[] = moved) => {
    const adopted = to.gateway.adopt(those, { seq, ...adoption })
    for (const client of adopted) client.stalls()
    const [first] = adopted
    if (!first) throw new Error('there should be one')
    return { first, adopted }
  }
  return { stage, north, south, host, moved, seq, head, say, stall }
}

async function placed(client: Client): Promise<void> {
  while (!client.admitted) await settled()
}

describe('a topic that missed much', () => {
  test('[AD17] is not published to: its client is given a page, and no more before it has taken that', async () => {
    const { seq, stall } = await setup()

    const { first } = stall()
    await first.next('ROOM_STATE')
    await settled()

    expect(first.pages).toHaveLength(1)
    expect(bytesOf(first)).toBeLessThan(pageBytes + 4_096)
    expect(first.got[0]).toMatchObject({ type: 'ROOM_STATE', resumed: true, seq })
    expect(first.admitted).toBeUndefined()
  })

  test('[AD17] [AD2] goes on as its room does: everybody gets all that was missed, then what comes, in order and once', async () => {
    const { south, seq, head, say, stall } = await setup()
    const { first } = stall()
    await first.next('ROOM_STATE')

    await say(3, 'meanwhile')
    first.goesOn()
    await placed(first)
    await say(1, 'after')
    await settled()

    expect(first.pages.length).toBeGreaterThan(2)
    expect(first.seqs()).toEqual(inOrder(seq, head()))
    expect(first.admitted?.topic).toBe(`${code}.${first.admitted?.epoch}`)
    expect(first.types()).not.toContain('RECOVERED')
    expect([...south.gateway.breaks, ...south.gateway.wasted]).toEqual([])
  })

  test('[AD17] [AD15] one that still has to take the page of a node before holds up no node that goes, and is let go of', async () => {
    const { south, stall } = await setup()
    const { first } = stall(south, { untaken: true })
    await settled()
    const { sessions } = south.node.context
    const door = sessions.get(first.id)?.connection.door
    if (!door) throw new Error('it should be here')

    const busy = south.node.busy(door)
    south.node.releaseNewcomers(door)

    expect(first.pages).toEqual([])
    expect(busy).toBe(false)
    expect(sessions.has(first.id)).toBe(false)
  })

  test('[AD17] is not held up by one who takes nothing', async () => {
    const { seq, head, say, stall } = await setup({ members: [ben, cleo] })
    const { first, adopted } = stall()
    const [, other = first] = adopted

    other.goesOn()
    await placed(other)
    await say(1, 'live')
    await settled()

    expect(other.seqs()).toEqual(inOrder(seq, head()))
    expect(first.pages).toHaveLength(1)
  })

  test('[AD17] [AD6] and comes in several frames misses nothing in any', async () => {
    const { south, moved, seq, head, say, stall } = await setup({ members: [ben, cleo] })
    const all = moved.map((client) => stall(south, { topic: `${code}.adopted` }, [client]).first)

    for (const client of all) client.goesOn()
    await Promise.all(all.map(placed))
    await say(1, 'live')
    await settled()

    expect(all.map((client) => client.seqs())).toEqual([inOrder(seq, head()), inOrder(seq, head())])
    expect(south.node.rooms.get(code)?.topics.size).toBe(1)
  })

  test('[AD17] [AD4] [AD7] is told to repeat with its last page; what it sent before that is not performed twice', async () => {
    const { south, host, head, stall } = await setup()
    const { first } = stall(south, { released: false })
    await first.next('ROOM_STATE')

    first.says(chat('second', 'second'))
    await settled()
    const early = first.types()
    first.goesOn()
    await first.next('RECOVERED')
    first.says({ type: 'RECOVERED' })
    for (const id of ['first', 'second']) first.says(chat(id, id))
    await first.next('ACK')
    await first.next('ACK')

    expect(early).not.toContain('RECOVERED')
    expect(first.types().filter((type) => type === 'RECOVERED')).toHaveLength(1)
    expect(host.got.slice(-2)).toMatchObject([{ message: 'first' }, { message: 'second' }])
    expect(first.seqs().at(-1)).toBe(head())
  })

  test.each([
    ['much', 1],
    ['less than a page', 4],
  ])(
    '[AD17] [LG17] whose client loses its node again, %s being left, goes on after its last page, once it has taken that',
    async (_, taken) => {
      const { stage, moved, seq, head, say, stall, south } = await setup()
      const { first } = stall(south, { released: false })
      for (let page = 0; page < taken; page++) {
        await first.next('ROOM_STATE')
        // Whoever has taken a page is given the next one.
        if (page < taken - 1) south.node.taken(first.id)
      }
      const third = await stage.node()

      const again = stall(third, { seq: seqOf(first.pages.at(-1)), released: false, untaken: true }, moved).first
      await settled()
      await say(1, 'meanwhile')
      const early = again.types()
      again.goesOn()
      await placed(again)
      await settled()

      expect(first.pages).toHaveLength(taken)
      expect(early).toEqual([])
      expect(again.pages.length > 0).toBe(taken === 1)
      expect([...first.seqs(), ...again.seqs()]).toEqual(inOrder(seq, head()))
      expect(again.types().filter((type) => type === 'RECOVERED')).toHaveLength(1)
    },
  )

  test('[AD17] [AD2] nobody of it is announced, also when the former node is evicted meanwhile', async () => {
    const { stage, south, stall } = await setup()
    const watcher = await south.enter(ana)
    const { first } = stall()
    await first.next('ROOM_STATE')

    stage.clock.advance(leaseMs)
    await south.node.upkeep.beat()
    await south.pass(7_000)
    first.goesOn()
    await placed(first)

    expect(watcher.types().filter((type) => type === 'USER_JOINED' || type === 'USER_LEFT')).toEqual([])
  })

  test('[AD17] [AD7] one of it who goes meanwhile is gone, and leaves nobody behind', async () => {
    const { south, stall } = await setup()
    const watcher = await south.enter(ana)
    const { first } = stall()
    await first.next('ROOM_STATE')

    first.leaves(1006)
    await south.pass(6_000)

    expect(watcher.got.at(-1)).toMatchObject({ type: 'USER_LEFT', user: { id: ben } })
    expect(south.node.context.sessions.has(first.id)).toBe(false)
  })

  test('[AD17] [AD9] one of it who is removed meanwhile is sent away with the page it has', async () => {
    const { south, stall } = await setup()
    const { first } = stall()
    await first.next('ROOM_STATE')

    await south.decide(ben, 'REMOVED')
    first.goesOn()

    expect(await first.over()).toBe(4411)
    expect(first.pages).toHaveLength(1)
  })

  test('[AD17] [AD8] keeps its clients while the log is away, and goes on with their next page when it is back', async () => {
    const { south, seq, head, stall } = await setup()
    const { first } = stall()
    await first.next('ROOM_STATE')

    south.tap.refuse()
    south.tap.setConnected(false)
    first.goesOn()
    await settled()
    const meanwhile = { pages: first.pages.length, closed: first.closed }
    south.tap.accept()
    south.tap.setConnected(true)
    await placed(first)
    await settled()

    expect(meanwhile).toEqual({ pages: 1, closed: undefined })
    expect(first.got.filter(({ type }) => type === 'NOTICE')).toMatchObject([{ code: 'read_only' }, { code: 'restored' }])
    expect(first.seqs()).toEqual(inOrder(seq, head()))
  })

  test('[AD17] [LG18] is not read for a link that has much to take still', async () => {
    const { south, stall } = await setup()
    south.gateway.setBacklog(16 * 1024 * 1024)
    const { first } = stall()
    await settled()
    const early = first.types()

    south.gateway.setBacklog(0)
    await first.next('ROOM_STATE')

    expect(early).toEqual([])
  })
})
