import { expect, test } from 'bun:test'
import { ben, settled } from './stage.fixture'
import { leadOf, starts, timeoutMs, watching } from './waiting.fixture'

test.each([false, true])(
  '[RG6] one who stalls has the room stand still where it wants that, until it can go on; on two nodes: %p',
  async (apart) => {
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
  },
)

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
