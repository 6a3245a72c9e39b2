import { describe, expect, test } from 'bun:test'
import { ana, ben, cleo, createStage, settled } from './stage.fixture'

const graceMs = 60_000

/** Ana's room, in which Cleo and Ben are, who has an account; Ana has gone. */
async function left(nodes = 1) {
  const stage = createStage()
  stage.owner.put(ben, { is_guest: false })
  stage.owner.put(cleo, { standing: 'APPROVED' })
  const [north, south = north] = await Promise.all(Array.from({ length: nodes }, () => stage.node()))
  if (!north || !south) throw new Error('there is no node')
  const host = await north.enter(ana)
  const [guest, heir] = [await north.enter(cleo), await south.enter(ben)]
  host.leaves(1000)
  await north.pass(1_000)
  await guest.next('USER_LEFT')
  return { stage, owner: stage.owner, north, south, guest, heir }
}

describe('a host who is gone', () => {
  test('[HS1] is succeeded after its grace by whom rooms names, told those present in the order in which they came', async () => {
    const { owner, north, guest } = await left()

    await north.pass(0)
    await north.pass(graceMs - 1)
    const early = owner.successions.length
    await north.pass(1)

    expect(early).toBe(0)
    expect(owner.successions).toEqual([{ room_code: '7GQ4KX2M', host_id: ana, present: [cleo, ben] }])
    expect(await guest.next('ROOM_UPDATED')).toMatchObject({ room: { host: { id: ben }, owner_id: ana } })
  })

  test('[HS1] the successor drives', async () => {
    const { north, guest, heir } = await left()
    await north.pass(0)
    await north.pass(graceMs)
    await guest.next('ROOM_UPDATED')

    heir.says({ type: 'PLAY', time: 3 })

    expect(await guest.next('PLAY')).toMatchObject({ user: { id: ben, role: 'host' } })
  })

  test('[HS1] who is back in time stays host', async () => {
    const { owner, north } = await left()
    await north.pass(0)
    await north.pass(graceMs - 1_000)

    await north.enter(ana)
    await north.pass(graceMs)

    expect(owner.successions).toEqual([])
  })

  /** The node that Ben is on is cut off from the log, and Ana comes back on another. */
  async function backElsewhere() {
    const { stage, owner, north, south, heir } = await left(2)
    for (const each of [north, south]) each.node.upkeep.tick()
    south.tap.holdChannel()
    south.tap.refuse()
    south.tap.setConnected(false)
    const host = await north.enter(ana)
    return { stage, owner, north, south, heir, host }
  }

  test('[HS1] is not succeeded through a node that is cut off from the log: it may be back on another', async () => {
    const { owner, south } = await backElsewhere()

    for (let beat = 0; beat < 3; beat++) await south.pass(graceMs)

    expect(owner.successions).toEqual([])
  })

  test('[HS1] nor when the log is back, before the room has been made good', async () => {
    const { owner, south } = await backElsewhere()
    south.tap.accept()
    south.tap.refuse('open')
    south.tap.setConnected(true)
    await settled()

    for (let beat = 0; beat < 3; beat++) await south.pass(graceMs)

    expect(owner.successions).toEqual([])
  })

  test('[HS1] is given the whole grace again from when the room has been made good', async () => {
    const { owner, south, host, north } = await backElsewhere()
    host.leaves(1000)
    await north.pass(1_000)
    await south.pass(graceMs)
    south.tap.accept()
    south.tap.setConnected(true)
    await settled()

    await south.pass(0)
    await south.pass(graceMs - 1)
    const early = owner.successions.length
    await south.pass(1)

    expect(early).toBe(0)
    expect(owner.successions).toHaveLength(1)
  })

  test('[HS2] gets the room back on return', async () => {
    const { north, guest } = await left()
    await north.pass(0)
    await north.pass(graceMs)
    await guest.next('ROOM_UPDATED')

    const host = await north.enter(ana)

    expect(await guest.next('ROOM_UPDATED')).toMatchObject({ room: { host: { id: ana } } })
    host.says({ type: 'PLAY', time: 3, id: 'p1' })
    expect(await host.next('ACK')).toMatchObject({ id: 'p1' })
  })

  test('[HS4] two nodes that ask at once change nothing more than one', async () => {
    const { stage, owner, north, south, guest, heir } = await left(2)
    for (const each of [north, south]) each.node.upkeep.tick()

    stage.clock.advance(graceMs)
    for (const each of [north, south]) each.node.upkeep.tick()
    await settled()

    expect(owner.successions).toHaveLength(2)
    for (const client of [guest, heir]) {
      const updates = client.got.filter(({ type }) => type === 'ROOM_UPDATED')
      expect(updates).toHaveLength(1)
    }
  })

  test('[HS3] while rooms does not answer it is asked again, one question at a time, and nobody notices', async () => {
    const { stage, owner, north, guest } = await left()
    await north.pass(0)
    owner.setAway(true)
    await north.pass(graceMs)
    for (let beat = 0; beat < 9; beat++) await north.pass(1_000)
    const asked = owner.successions.length
    owner.setAway(false)

    await north.pass(1_000)

    expect(asked).toBe(1)
    expect(await guest.next('ROOM_UPDATED')).toMatchObject({ room: { host: { id: ben } } })
    expect(stage.lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
  })
})
