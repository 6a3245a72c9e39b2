import { describe, expect, test } from 'bun:test'
import { ana, ben, cleo, code, createStage, dora, settled } from './stage.fixture'

/** A room of Ana, Ben and Cleo, which is a crowd; the PRESENCE that told of Cleo was just now. Dora may come. */
async function crowd() {
  const stage = createStage({ bounds: { crowdPeople: 2 } })
  for (const userId of [cleo, dora]) stage.owner.put(userId, { standing: 'APPROVED' })
  const north = await stage.node()
  const clients = [await north.enter(ana), await north.enter(ben), await north.enter(cleo)] as const
  return { stage, north, clients }
}
type Clients = Awaited<ReturnType<typeof crowd>>['clients']
const told = ([host]: Clients) =>
  host.got
    .filter(({ type }) => type === 'PRESENCE')
    .map(({ joined, left, total }) => ({ joined: joined?.map(({ id }) => id), left: left?.map(({ id }) => id), total }))

describe('a crowd', () => {
  test('[G11] [PR8] arrivals and departures of a second come as one event', async () => {
    const { north, clients } = await crowd()
    const before = told(clients)

    await north.enter(dora)
    clients[1].leaves(1000)
    await north.pass(999)
    const early = told(clients)
    await north.pass(1)

    expect(before).toEqual([{ joined: [cleo], left: [], total: 3 }])
    expect(early).toEqual(before)
    expect(told(clients).slice(1)).toEqual([{ joined: [dora], left: [ben], total: 3 }])
    expect(clients[0].types().filter((type) => type.startsWith('USER_'))).toEqual(['USER_JOINED'])
  })

  test('[G11] [PR8] a newcomer is shown itself, also before anybody is told of it', async () => {
    const { north } = await crowd()

    const newcomer = await north.enter(dora)

    expect(newcomer.got).toMatchObject([{ type: 'ROOM_STATE', seq: 3, participants_total: 4 }])
    expect(newcomer.got[0]?.participants?.map(({ display_name }) => display_name)).toEqual(['Dora', 'Cleo', 'Ben', 'Ana'])
    await north.pass(1_000)
    expect(newcomer.got[1]).toMatchObject({ type: 'PRESENCE', seq: 4, joined: [{ id: dora }], total: 4 })
  })

  test('[G11] [PR8] a newcomer is shown what was told before it came, though its node has not heard of that yet', async () => {
    const { stage, north } = await crowd()
    const south = await stage.node()
    await south.enter(dora)
    await north.pass(1_000)
    north.tap.holdChannel()
    stage.clock.advance(1_000)
    const eve = '00000000-0000-4000-8000-00000000000e'
    const fay = '00000000-0000-4000-8000-00000000000f'
    for (const userId of [eve, fay]) stage.owner.put(userId, { standing: 'APPROVED' })
    await south.enter(eve)

    const newcomer = await north.enter(fay)

    expect(newcomer.got[0]).toMatchObject({ seq: 5, participants_total: 6 })
  })

  test('[G11] [PR8] in a calm one who comes or goes is told of at once', async () => {
    const { north, clients } = await crowd()
    await north.pass(1_000)

    await north.enter(dora)

    expect(told(clients).at(-1)).toEqual({ joined: [dora], left: [], total: 4 })
  })

  test('[G11] [PR8] on two nodes it is told once', async () => {
    const { stage, north, clients } = await crowd()
    const south = await stage.node()
    const dorasFirst = await south.enter(dora)

    stage.clock.advance(1_000)
    south.node.upkeep.tick()
    north.node.upkeep.tick()
    await settled()

    expect(told(clients)).toHaveLength(2)
    expect(dorasFirst.seqs()).toEqual([4])
    expect(north.gateway.breaks).toEqual([])
  })

  test('[G11] [PR8] the node that let somebody in is lost: another one tells of it', async () => {
    const { stage, north, clients } = await crowd()
    const south = await stage.node()
    await south.enter(dora)
    const taken = told(clients).length

    await north.pass(1_000)

    expect(told(clients).slice(taken)).toEqual([{ joined: [dora], left: [], total: 4 }])
  })

  test('[G7] [PR8] a crowd that was lost with its node is not there for one who comes later', async () => {
    const { stage } = await crowd()
    const south = await stage.node()
    for (let beat = 0; beat < 6; beat++) {
      stage.clock.advance(2_000)
      await south.node.upkeep.beat()
    }

    const newcomer = await south.enter(dora)

    expect(newcomer.got[0]).toMatchObject({ participants_total: 1, seq: 5 })
  })

  test('[G11] [PR8] while the log is away nothing is told, and nothing is lost', async () => {
    const { north, clients } = await crowd()
    await north.enter(dora)
    north.tap.refuse('tellPresence')
    await north.pass(1_000)

    north.tap.accept()
    await north.pass(999)
    const early = told(clients).length
    await north.pass(1)

    expect(early).toBe(1)
    expect(told(clients).at(-1)).toEqual({ joined: [dora], left: [], total: 4 })
    expect(north.tap.calls.get('tellPresence')).toBe(2)
  })

  test('[G11] [LG6] one who comes back gets what it missed of it, exactly', async () => {
    const { north, clients } = await crowd()
    const since = `${clients[0].got[0]?.epoch}.3`
    await north.enter(dora)
    await north.pass(1_000)

    const back = await north.enter(ana, { since })

    expect(back.got).toMatchObject([
      { type: 'ROOM_STATE', resumed: true, head_seq: 4 },
      { type: 'PRESENCE', seq: 4, joined: [{ id: dora }], total: 4 },
    ])
  })

  test('[G11] who is shown to newcomers costs the same however many come in a second', async () => {
    const stage = createStage()
    const { enter, node } = await stage.node()
    const guests = Array.from({ length: 260 }, (_, place) => `00000000-0000-4000-a000-${place.toString().padStart(12, '0')}`)
    for (const guest of guests) stage.owner.put(guest, { standing: 'APPROVED' })
    for (const guest of guests.slice(0, 230)) await enter(guest)
    const shown = node.rooms.get(code)?.replica.shown

    const clients = await Promise.all(guests.slice(230).map((guest) => enter(guest)))

    expect(shown).toBeDefined()
    expect(node.rooms.get(code)?.replica.shown).toBe(shown)
    expect(clients.map(({ got }) => got.length)).toEqual(clients.map(() => 1))
  })
})
