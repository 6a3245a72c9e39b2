import { describe, expect, test } from 'bun:test'
import type { Client, Got } from './gateway.fixture'
import { ana, ben, createStage, settled } from './stage.fixture'

type Node = Awaited<ReturnType<ReturnType<typeof createStage>['node']>>
const timeoutMs = 10_000
const leadOf = ({ at_ms = 0, sent_at_ms = 0 }: Got) => at_ms - sent_at_ms
const ready = (version: number) => ({ type: 'READY', version })

/** A room that waits for its members, who all count; each on the node that is named for it. */
async function watching({ room = { wait_for_ready: true }, apart = false }: { room?: object; apart?: boolean } = {}) {
  const stage = createStage({ room })
  const north = await stage.node()
  const south = apart ? await stage.node() : north
  const [host, member] = [await north.enter(ana), await south.enter(ben)]
  const report = (position: number, fields: object = {}) => ({
    type: 'REPORT',
    position,
    playing: true,
    rate: 1,
    at_ms: stage.clock.nowMs(),
    error_ms: 0,
    ...fields,
  })
  host.says({ type: 'PLAY', time: 0 })
  await member.next('PLAY')
  for (const each of [host, member]) each.says(ready(1))
  /** Lets both nodes do what they do by the clock, a few times over. */
  const pass = async (byMs: number) => {
    await north.pass(byMs)
    await tick([south, north, south])
  }
  await pass(200)
  return { stage, north, south, host, member, report, pass }
}
async function tick(nodes: readonly Node[]): Promise<void> {
  for (const each of nodes) {
    each.node.upkeep.tick()
    await settled()
  }
}
/** Jumps, and resolves with the event once everybody has it: nobody is ready for what has not been told. */
async function jump({ host, member }: { host: Client; member: Client }, time: number): Promise<Got> {
  host.says({ type: 'SEEK', time })
  await host.next('SEEK')
  return member.next('SEEK')
}
const starts = ({ got }: Client) => got.filter(({ type }) => type === 'PLAY' || type === 'SEEK')

describe.each([false, true])('a room that waits, its members on two nodes: %p', (apart) => {
  test('[RG2] a jump while playing waits for everybody, and goes on a lead after the last is ready', async () => {
    const { host, member, pass, stage } = await watching({ apart })

    const seek = await jump({ host, member }, 600)
    host.says(ready(2))
    await pass(400)
    member.says(ready(2))
    await pass(0)

    expect(leadOf(seek)).toBe(timeoutMs)
    expect(await member.next('PLAY')).toMatchObject({
      playing: true,
      time: 600,
      version: 3,
      user: { id: ana },
      at_ms: stage.clock.nowMs() + 200,
    })
  })

  test('[RG2] one who stalled when the room jumped is waited for until it is READY: it stalls no longer while it seeks', async () => {
    const { host, member, pass, report, stage } = await watching({ apart })
    await pass(5_000)
    member.says(report(2, { stalled: true }))
    await settled()
    await jump({ host, member }, 600)
    host.says(ready(2))

    member.says(report(600, { playing: false, stalled: false }))
    await pass(500)
    const before = starts(member).length
    member.says(ready(2))
    await pass(0)

    expect(before).toBe(2)
    expect(await member.next('PLAY')).toMatchObject({ time: 600, version: 3, at_ms: stage.clock.nowMs() + 200 })
  })

  test('[RG3] one who is not ready in time is not waited for any longer, and playback starts at the deadline', async () => {
    const { host, member, pass, stage } = await watching({ apart })
    const { at_ms } = await jump({ host, member }, 600)
    host.says(ready(2))

    await pass(timeoutMs)
    const after = starts(member).length
    await jump({ host, member }, 30)
    host.says(ready(3))
    await pass(0)

    expect(at_ms).toBe(stage.clock.nowMs())
    expect(after).toBe(2)
    expect(starts(member).slice(2)).toMatchObject([
      { type: 'SEEK', version: 3 },
      { type: 'PLAY', version: 4, time: 30, at_ms: stage.clock.nowMs() + 200 },
    ])
  })

  test('[RG4] who leaves is not waited for', async () => {
    const { host, member, pass, stage } = await watching({ apart })
    await jump({ host, member }, 600)
    host.says(ready(2))

    member.leaves(1000)
    await pass(1_000)
    await pass(3_000)

    const [play] = starts(host).slice(2)
    expect(play).toMatchObject({ type: 'PLAY', time: 600, version: 3 })
    expect(stage.clock.nowMs()).toBeLessThan((starts(host)[1]?.at_ms ?? 0) - 5_000)
  })

  test('[RG8] everybody is told whom it waits for, at most once a second, and that it no longer does', async () => {
    const { host, member, pass } = await watching({ apart })
    const { at_ms } = await jump({ host, member }, 600)
    host.says(ready(2))

    await pass(200)
    for (let beat = 0; beat < 4; beat++) await pass(200)
    member.says(ready(2))
    await pass(200)
    await pass(200)

    for (const client of [host, member]) {
      const told = client.got.filter(({ type }) => type === 'WAITING')
      expect(told.length).toBeLessThanOrEqual(3)
      expect(told[0]).toMatchObject({
        version: 2,
        deadline_at_ms: at_ms,
        users: expect.arrayContaining([expect.objectContaining({ id: ben })]),
      })
      expect(told.at(-1)).toMatchObject({ users: [] })
    }
  })

  test('[RG6] one who stalls has the room stand still where it wants that, until it can go on', async () => {
    const { host, member, pass, report, stage } = await watching({ apart, room: { pause_for_stalled: true } })
    await pass(5_000)

    member.says(report(4, { stalled: true }))
    await host.next('PLAY')
    const stopped = await host.next('PLAY')
    await pass(2_000)
    member.says(report(5, { playing: false }))
    await pass(0)
    const seeking = starts(host).length
    member.says(report(5))
    await pass(0)

    expect(seeking).toBe(2)
    expect(stopped).toMatchObject({ playing: true, time: 5, version: 2, user: null })
    expect(leadOf(stopped)).toBe(timeoutMs)
    expect(await host.next('PLAY')).toMatchObject({ time: 5, version: 3, at_ms: stage.clock.nowMs() + 200 })
  })
})

test('[RG1] without anybody who tells of a player, a room that waits does not', async () => {
  const { enter } = await createStage({ room: { wait_for_ready: true } }).node()
  const host = await enter(ana)
  host.says({ type: 'PLAY', time: 0 })
  host.says({ type: 'SEEK', time: 60 })

  expect(leadOf(await host.next('SEEK'))).toBe(200)
})

test('[RG2] a room that does not wait starts a lead ahead, whoever is ready', async () => {
  const { host, member } = await watching({ room: {} })

  host.says({ type: 'SEEK', time: 600 })

  expect(leadOf(await member.next('SEEK'))).toBe(200)
})

test('[RG2] with a new medium PLAY is remembered until those who load it are ready', async () => {
  const { north, host, member, pass, stage } = await watching()
  await north.change({ media: { provider: 'youtube', id: 'dQw4w9WgXcQ', url: 'https://youtu.be/dQw4w9WgXcQ' } })
  await member.next('MEDIA')
  host.says(ready(2))

  await pass(1_000)
  host.says({ type: 'PLAY', time: 0, id: 'p1' })
  await host.next('ACK')
  await pass(1_000)
  member.says(ready(2))
  await settled()

  const [remembered, play] = starts(member).slice(1)
  expect(remembered).toMatchObject({ playing: true, time: 0, version: 3 })
  expect(leadOf(remembered ?? { type: 'PLAY' })).toBe(timeoutMs - 1_000)
  expect(play).toMatchObject({ playing: true, time: 0, version: 4, at_ms: stage.clock.nowMs() + 200 })
})

test('[RG5] a node that takes the room over goes on waiting, and starts it when those who report there are ready', async () => {
  const { stage, host, member, north } = await watching()
  const { at_ms } = await jump({ host, member }, 600)
  const south = await stage.node()

  const moved = south.gateway.adopt([host, member])
  north.node.releaseDoor(north.gateway.door)
  await settled()
  await south.pass(200)
  await tick([south])
  const early = moved.flatMap(starts)
  for (const client of moved) client.says(ready(2))
  await settled()

  expect(early).toEqual([])
  const [play] = starts(moved[0] ?? host)
  expect(play).toMatchObject({ type: 'PLAY', time: 600, version: 3 })
  expect(play?.at_ms ?? 0).toBeLessThan((at_ms ?? 0) - 5_000)
})

test('[RG6] without the room wanting it, nobody who stalls stops it', async () => {
  const { member, report, pass, host } = await watching({ room: {} })
  await pass(5_000)

  member.says(report(4, { stalled: true }))
  await settled()

  expect(starts(host)).toHaveLength(1)
})

test('[RG7] for one who stalls again and again the room does not stand again within a minute', async () => {
  const { member, report, pass, host } = await watching({ room: { pause_for_stalled: true } })
  await pass(5_000)
  member.says(report(4, { stalled: true }))
  await pass(1_000)
  member.says(report(4))
  await pass(5_000)

  member.says(report(4, { stalled: true }))
  await settled()

  expect(starts(host).map(({ version }) => version)).toEqual([1, 2, 3])
})

test('[RG7] nor for another page of the same person, on another node', async () => {
  const { north, member, report, pass, host } = await watching({ room: { pause_for_stalled: true }, apart: true })
  const second = await north.enter(ben)
  await pass(5_000)
  member.says(report(4, { stalled: true }))
  await settled()
  await pass(1_000)
  member.says(report(4))
  for (let beat = 0; beat < 4; beat++) await pass(5_000)

  second.says(report(4, { stalled: true }))
  await settled()

  expect(starts(host).map(({ version }) => version)).toEqual([1, 2, 3])
})

test('[RG1] of two pages of a person, one that was not ready in time keeps nobody from waiting for the other', async () => {
  const { north, host, member, pass } = await watching()
  const slow = await north.enter(ben)
  slow.says(ready(1))
  await jump({ host, member }, 600)
  for (const each of [host, member]) each.says(ready(2))
  await pass(timeoutMs)

  const again = await jump({ host, member }, 30)
  host.says(ready(3))
  await pass(1_000)
  const early = starts(host).length
  member.says(ready(3))
  await pass(0)

  expect(leadOf(again)).toBe(timeoutMs)
  expect([early, starts(host).length]).toEqual([3, 4])
})

test('[RG5] while the log is away nothing is decided, and playback starts at the deadline', async () => {
  const { host, member, north, pass, stage } = await watching()
  const { at_ms } = await jump({ host, member }, 600)
  north.tap.refuse('append')

  for (const each of [host, member]) each.says(ready(2))
  await pass(timeoutMs)

  expect(stage.clock.nowMs()).toBe(at_ms ?? 0)
  expect(starts(member)).toHaveLength(2)
  expect(stage.lines.filter((line) => line.includes('"error"'))).toEqual([])
})

test('[RG2] a room that no longer wants to wait does not', async () => {
  const { host, member, north, pass, stage } = await watching()
  await jump({ host, member }, 600)
  await pass(1_000)

  await north.change({ wait_for_ready: false })
  await pass(200)

  expect(starts(member).at(-1)).toMatchObject({ type: 'PLAY', time: 600, version: 3, at_ms: stage.clock.nowMs() + 200 })
})

test('[RG4] a room that is closed while it waits starts nothing any more', async () => {
  const { host, member, north, pass } = await watching()
  await jump({ host, member }, 600)

  await north.change({ is_active: false, wait_for_ready: false })
  await pass(200)

  expect(north.node.rooms.get('7GQ4KX2M')?.replica.playback.version).toBe(2)
})
