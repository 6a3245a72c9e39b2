import { describe, expect, test } from 'bun:test'
import { ana, ben, createStage, settled } from './stage.fixture'

const play = (time: number, fields: object = {}) => ({ type: 'PLAY', time, ...fields })

/** The host on two nodes, the second of which has not heard that it has begun to play on the first. */
async function setupBehind() {
  const stage = createStage()
  const [north, south] = [await stage.node(), await stage.node()]
  const first = await north.enter(ana)
  const second = await south.enter(ana)
  south.tap.holdChannel()
  first.says(play(30))
  await first.next('PLAY')
  return { second, south }
}

describe('playback, live', () => {
  test('[PB6] what the host does reaches everybody, on every node, a lead ahead', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const member = await south.enter(ben)

    host.says(play(12.5))

    const event = await member.next('PLAY')
    expect(event).toMatchObject({ playing: true, time: 12.5, rate: 1, version: 1, user: { id: ana } })
    expect(event.at_ms).toBe(stage.clock.nowMs() + 200)
    expect(await host.next('PLAY')).toEqual(event)
  })

  test('[PB7] from a member nothing changes, and only the member is told', async () => {
    const { enter } = await createStage().node()
    const host = await enter(ana)
    const member = await enter(ben)

    for (const type of ['PLAY', 'PAUSE', 'SEEK']) member.says({ type, time: 3, id: type })
    await settled()

    expect(member.got.slice(1)).toMatchObject(['PLAY', 'PAUSE', 'SEEK'].map((id) => ({ type: 'ERROR', code: 'host_only', id })))
    expect(host.types()).toEqual(['ROOM_STATE', 'USER_JOINED'])
  })

  test('[PB8] a late joiner is told where playback is', async () => {
    const { enter } = await createStage().node()
    const host = await enter(ana)
    host.says(play(30))
    await host.next('PLAY')

    const late = await enter(ben)

    expect(late.got[0]).toMatchObject({ playback: { playing: true, time: 30, version: 1 } })
  })

  test('[PB9] with an expected version that is not the one there is, nothing changes, and the answer says what is', async () => {
    const { enter } = await createStage().node()
    const host = await enter(ana)
    host.says(play(30))
    await host.next('PLAY')

    host.says(play(60, { expect_version: 0, id: 'p2' }))

    expect(await host.next('ERROR')).toMatchObject({
      code: 'version_conflict',
      retryable: false,
      id: 'p2',
      playback: { playing: true, time: 30, version: 1 },
    })
    expect(host.types()).toEqual(['ROOM_STATE', 'PLAY', 'ERROR'])
  })

  test('[PB9] a node that is behind judges by the log: what the host expects is what there is', async () => {
    const { second } = await setupBehind()

    second.says({ type: 'SEEK', time: 90, expect_version: 1, id: 's1' })

    expect(await second.next('ACK')).toMatchObject({ id: 's1' })
    expect(await second.next('SEEK')).toMatchObject({ playing: true, time: 90, version: 2 })
  })

  test('[PB9] a node that is behind, and cannot catch up now, says that and not that there is a conflict', async () => {
    const { second, south } = await setupBehind()
    south.tap.refuse('read')

    second.says({ type: 'SEEK', time: 90, expect_version: 1, id: 's1' })

    expect(await second.next('ERROR')).toMatchObject({ id: 's1', code: 'read_only', retryable: true })
  })

  test('[PB9] nobody can make two events of one version by expecting one that is still to come', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const first = await north.enter(ana)
    const second = await south.enter(ana)
    for (const time of [1, 2]) first.says(play(time))
    await second.next('PLAY')
    await second.next('PLAY')
    south.tap.holdChannel()
    first.says(play(3, { id: 'p3' }))
    await first.next('ACK')

    second.says(play(4, { expect_version: 3, id: 'p4' }))

    await second.next('ACK')
    await settled()
    const versions = first.got.flatMap(({ version }) => (typeof version === 'number' ? [version] : []))
    expect(versions).toEqual([1, 2, 3, 4])
  })

  test("[PB10] of two hosts' tabs on two nodes that drive at once both take effect, one after the other", async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const tabs = [await north.enter(ana), await south.enter(ana)]
    south.tap.holdChannel()
    tabs[0]?.says(play(10, { id: 'north' }))
    await tabs[0]?.next('ACK')

    tabs[1]?.says(play(20, { id: 'south' }))
    await tabs[1]?.next('ACK')
    south.tap.deliver()
    await settled()

    for (const tab of tabs) {
      const plays = tab.got.filter(({ type }) => type === 'PLAY')
      expect(plays).toMatchObject([
        { time: 10, version: 1 },
        { time: 20, version: 2 },
      ])
    }
  })

  test('[PB11] another medium, from rooms, starts the timeline anew for everybody', async () => {
    const { enter, change } = await createStage().node()
    const host = await enter(ana)
    host.says(play(30))
    await host.next('PLAY')

    await change({ media: { provider: 'youtube', id: 'dQw4w9WgXcQ', url: 'https://youtu.be/dQw4w9WgXcQ' } })

    expect(await host.next('MEDIA')).toMatchObject({ media: { id: 'dQw4w9WgXcQ' }, playing: false, time: 0, rate: 1, version: 2 })
    host.says({ type: 'PLAY', time: 1 })
    expect(await host.next('PLAY')).toMatchObject({ type: 'PLAY' })
  })

  test('[PB11] a changed room reaches open sockets', async () => {
    const { enter, change } = await createStage().node()
    const member = await enter(ben)

    await change({ name: 'Opera' })

    expect(await member.next('ROOM_UPDATED')).toMatchObject({ room: { name: 'Opera' } })
  })

  test("[PB17] the policy of a room is the server's, with the thresholds that the room has of its own, as they are", async () => {
    const { enter, change } = await createStage({ room: { playback_policy: { seek_beyond_ms: 500 } } }).node()
    const host = await enter(ana)

    await change({ playback_policy: { report_interval_ms: 2_000 } })
    const later = await enter(ben)

    expect(host.got[0]).toMatchObject({ policy: { heartbeat_ms: 10_000, report_interval_ms: 1_000, seek_beyond_ms: 500 } })
    expect(await host.next('ROOM_UPDATED')).toMatchObject({ room: { playback_policy: { report_interval_ms: 2_000 } } })
    expect(later.got[0]).toMatchObject({ policy: { report_interval_ms: 2_000, seek_beyond_ms: 2_000 } })
  })
})
