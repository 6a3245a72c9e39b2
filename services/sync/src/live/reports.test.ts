import { describe, expect, test } from 'bun:test'
import { createMetrics } from '@matinee/http'
import { ana, ben, createStage, settled } from './stage.fixture'

type Stage = ReturnType<typeof createStage>
const play = (time: number, fields: object = {}) => ({ type: 'PLAY', time, ...fields })
const reporting = ({ clock }: Stage) => ({
  report: (position: number, fields: object = {}) => ({
    type: 'REPORT',
    position,
    playing: true,
    rate: 1,
    at_ms: clock.nowMs(),
    error_ms: 4,
    ...fields,
  }),
})

describe('a rate', () => {
  test('[PB12] changes from where playback is, and everybody is told the same timeline', async () => {
    const stage = createStage()
    const { enter, pass } = await stage.node()
    const [host, member] = [await enter(ana), await enter(ben)]
    host.says(play(10))
    await host.next('PLAY')
    await pass(5_200)

    host.says({ type: 'RATE', rate: 2, id: 'r1' })

    const event = await member.next('RATE')
    expect(event).toMatchObject({ playing: true, time: 15, rate: 2, version: 2, at_ms: stage.clock.nowMs() })
    expect(await host.next('ACK')).toMatchObject({ id: 'r1' })
  })

  test('[PB7] is the host’s to change', async () => {
    const { enter } = await createStage().node()
    await enter(ana)
    const member = await enter(ben)

    member.says({ type: 'RATE', rate: 2, id: 'r1' })

    expect(await member.next('ERROR')).toMatchObject({ code: 'host_only', id: 'r1' })
  })

  test.each([0.24, 4.01])('[PB12] of %d is none', async (rate) => {
    const { enter } = await createStage().node()
    const host = await enter(ana)

    host.says({ type: 'RATE', rate, id: 'r1' })

    expect(await host.next('ERROR')).toMatchObject({ code: 'invalid_frame', field: 'rate' })
  })
})

describe('the lead', () => {
  test('[PB14] is what the members have measured, those on other nodes too', async () => {
    const stage = createStage()
    const { report } = reporting(stage)
    const [north, south] = [await stage.node(), await stage.node()]
    const [host, member] = [await north.enter(ana), await south.enter(ben)]
    host.says(report(0, { delay_ms: 60, start_cost_ms: 50 }))
    member.says(report(0, { delay_ms: 300, start_cost_ms: 200, error_ms: 20 }))
    for (const each of [south, north]) await each.pass(200)

    host.says(play(0))

    const { at_ms, sent_at_ms } = await member.next('PLAY')
    expect((at_ms ?? 0) - (sent_at_ms ?? 0)).toBe(520)
  })

  test('[PB14] forgets those who have gone', async () => {
    const stage = createStage()
    const { enter, pass } = await stage.node()
    const [host, member] = [await enter(ana), await enter(ben)]
    member.says(reporting(stage).report(0, { delay_ms: 900 }))
    member.leaves(1000)
    await pass(200)

    host.says(play(0))

    const { at_ms, sent_at_ms } = await host.next('PLAY')
    expect((at_ms ?? 0) - (sent_at_ms ?? 0)).toBe(200)
  })
})

describe('who is believed', () => {
  async function watching() {
    const stage = createStage()
    const { enter, pass } = await stage.node()
    const [host, member] = [await enter(ana), await enter(ben)]
    host.says(play(600))
    await member.next('PLAY')
    await pass(10_200)
    return { ...reporting(stage), stage, enter, pass, host, member }
  }

  test('[PB15] no report changes the timeline, not even of the host', async () => {
    const { enter, host, report, pass } = await watching()

    host.says(report(0))
    host.says(report(9_000, { playing: false }))
    await pass(1_000)

    const late = await enter(ben)
    expect(host.types().filter((type) => type === 'SEEK' || type === 'PAUSE')).toEqual([])
    expect(late.got[0]).toMatchObject({ playback: { playing: true, time: 600, version: 1 } })
  })

  test('[PB15] a page of the host that has just been opened stands at 0: its PLAY and PAUSE leave the audience where it is', async () => {
    const { enter, member, report, stage } = await watching()
    const fresh = await enter(ana)
    fresh.says(report(0, { playing: false }))

    fresh.says(play(0))
    const started = await member.next('PLAY')
    fresh.says({ type: 'PAUSE', time: 0 })

    expect(started).toMatchObject({ time: 610, at_ms: stage.clock.nowMs(), version: 2 })
    expect(await member.next('PAUSE')).toMatchObject({ time: 610, version: 3 })
  })

  test('[PB15] once its player has been near the timeline, what it says of the position counts', async () => {
    const { enter, member, report } = await watching()
    const fresh = await enter(ana)
    fresh.says(report(0, { playing: false }))
    fresh.says(report(609.2))

    fresh.says({ type: 'PAUSE', time: 609.3 })

    expect(await member.next('PAUSE')).toMatchObject({ time: 609.3 })
  })

  /** At 610 s of a video; Ana's page has been opened anew, and has not reported. */
  async function returned() {
    const stage = createStage({ room: { media: { provider: 'youtube', id: 'dQw4w9WgXcQ', url: 'https://youtu.be/dQw4w9WgXcQ' } } })
    const { enter, pass } = await stage.node()
    const [host, member] = [await enter(ana), await enter(ben)]
    host.says(play(600))
    await member.next('PLAY')
    await pass(10_200)
    return { host, member, enter, fresh: await enter(ana) }
  }

  test('[PB15] nor does a page that has not reported yet take the audience back to 0', async () => {
    const { member, fresh } = await returned()

    fresh.says(play(0))
    const started = await member.next('PLAY')
    fresh.says({ type: 'PAUSE', time: 0 })

    expect(started).toMatchObject({ time: 610, version: 2 })
    expect(await member.next('PAUSE')).toMatchObject({ time: 610, version: 3 })
  })

  test('[PB15] nor does one that pauses first, nor one that comes while everybody waits', async () => {
    const { member, fresh, enter } = await returned()
    fresh.says({ type: 'PAUSE', time: 0 })
    await member.next('PAUSE')
    const later = await enter(ana)

    fresh.says(play(0))
    const started = await member.next('PLAY')
    later.says({ type: 'PAUSE', time: 0 })
    await member.next('PAUSE')
    later.says(play(0))

    expect(started).toMatchObject({ time: 610, version: 3 })
    expect(await member.next('PLAY')).toMatchObject({ version: 5, playing: true, time: 610 })
  })

  test('[PB15] one that never reports is believed where it was when the video began', async () => {
    const { member, host } = await returned()

    host.says(play(30))

    expect(await member.next('PLAY')).toMatchObject({ time: 30 })
  })

  test.each([
    ['it has named the position', { type: 'PLAY', time: 609.2 } as const],
    ['it has sought', { type: 'SEEK', time: 300 } as const],
  ])('[PB15] one that never reports is believed once %s', async (_, said) => {
    const { member, fresh } = await returned()
    fresh.says(said)
    await member.next(said.type)

    fresh.says(play(30))

    expect(await member.next('PLAY')).toMatchObject({ time: 30 })
  })

  test('[PB15] so is one that has seen the timeline at the beginning, where its page began', async () => {
    const { member, host, fresh } = await returned()
    host.says({ type: 'PAUSE', time: 0 })
    await member.next('PAUSE')

    fresh.says(play(30))

    expect(await member.next('PLAY')).toMatchObject({ time: 30 })
  })

  test('[PB15] whoever seeks means where to', async () => {
    const { enter, member, report } = await watching()
    const fresh = await enter(ana)
    fresh.says(report(0, { playing: false }))

    fresh.says({ type: 'SEEK', time: 3 })

    expect(await member.next('SEEK')).toMatchObject({ time: 3 })
  })
})

describe('skew', () => {
  test('[PB23] is told to all members about once a second while somebody reports, over all nodes, and measured', async () => {
    const metrics = createMetrics({ service: 'sync' })
    const stage = createStage({ metrics })
    const { report } = reporting(stage)
    const [north, south] = [await stage.node(), await stage.node()]
    const [host, member] = [await north.enter(ana), await south.enter(ben)]
    host.says(play(0))
    await member.next('PLAY')
    await north.pass(1_200)

    host.says(report(1.03))
    member.says(report(0.95, { error_ms: 9 }))
    for (const each of [south, north, south]) await each.pass(200)
    for (let beat = 0; beat < 3; beat++) await north.pass(200)

    const told = host.got.filter(({ type }) => type === 'SKEW')
    expect(told).toMatchObject([
      {
        skew_ms: 80,
        members: [
          { user_id: ben, drift_ms: -50, error_ms: 9 },
          { user_id: ana, drift_ms: 30, error_ms: 4 },
        ],
      },
    ])
    expect(await metrics.text()).toContain('sync_room_skew_ms_count')
  })

  test('[PB23] where nobody reports nothing is told', async () => {
    const { enter, pass } = await createStage().node()
    const host = await enter(ana)
    host.says(play(0))

    for (let beat = 0; beat < 20; beat++) await pass(200)

    expect(host.types()).toEqual(['ROOM_STATE', 'PLAY'])
  })

  test('[PB23] a report makes no entry, whoever sends how many', async () => {
    const stage = createStage()
    const { enter, tap, pass } = await stage.node()
    const member = await enter(ben)
    const calls = new Map(tap.calls)

    for (let count = 0; count < 50; count++) member.says(reporting(stage).report(0, { playing: false }))
    await settled()

    expect(tap.calls).toEqual(calls)
    await pass(200)
    expect(tap.calls.get('append')).toBeUndefined()
  })

  test('[PB23] a node that is alone with a room asks the log little for it: once, and every ten seconds while somebody reports', async () => {
    const stage = createStage()
    const { enter, tap, pass } = await stage.node()
    const member = await enter(ben)
    const minute = async (said: () => void) => {
      const before = tap.calls.get('whisper') ?? 0
      for (let second = 0; second < 60; second++) {
        said()
        await pass(1_000)
      }
      return (tap.calls.get('whisper') ?? 0) - before
    }

    const silent = await minute(() => {})
    const reported = await minute(() => member.says(reporting(stage).report(0, { playing: false })))

    expect(silent).toBe(1)
    expect(reported).toBeLessThanOrEqual(6)
    expect(reported).toBeGreaterThanOrEqual(5)
  })

  test('[EN26] one who waits to enter has no player to tell of', async () => {
    const stage = createStage()
    const { open } = await stage.node()
    const waiting = open('00000000-0000-4000-8000-00000000000c', { lobby: true })
    await waiting.next('LOBBY')

    waiting.says(reporting(stage).report(0))

    expect(await waiting.next('ERROR')).toMatchObject({ code: 'not_approved' })
  })
})
