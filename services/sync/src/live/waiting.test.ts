import { describe, expect, test } from 'bun:test'
import { ana, ben, createStage, settled } from './stage.fixture'
import { jump, leadOf, ready, starts, tick, timeoutMs, watching } from './waiting.fixture'

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

test.each([1_000, 2_000, 3_000])(
  '[RG9] a room that waits %d ms at most tells whom it waits for, and starts when all are ready',
  async (waitsMs) => {
    const { host, member, pass, stage } = await watching({ room: { wait_for_ready: true, playback_policy: { ready_timeout_ms: waitsMs } } })
    const seek = await jump({ host, member }, 600)
    host.says(ready(2))
    await pass(400)
    member.says(ready(2))
    await pass(0)

    expect(seek).toMatchObject({ put_off: true })
    expect(leadOf(seek)).toBe(waitsMs)
    const waiting = { type: 'WAITING', users: [expect.objectContaining({ id: ben })], deadline_at_ms: seek.at_ms }
    expect(member.got).toContainEqual(expect.objectContaining(waiting))
    const play = starts(member).at(-1)
    expect(play).toMatchObject({ type: 'PLAY', version: 3, at_ms: stage.clock.nowMs() + 200 })
    expect(play).not.toHaveProperty('put_off')
  },
)

test('[RG9] without anybody who is waited for, a start does not say that it waits; a newcomer is shown that it does', async () => {
  const { north, host, member } = await watching()
  const before = starts(member)
  await jump({ host, member }, 600)

  const newcomer = await north.enter(ben)

  for (const each of before) expect(each).not.toHaveProperty('put_off')
  expect(newcomer.got[0]).toMatchObject({ playback: { version: 2, put_off: true } })
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
