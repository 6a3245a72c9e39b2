import { describe, expect, test } from 'bun:test'
import { ana, ben, createStage, settled } from './stage.fixture'

const media = (fields: object = {}) => ({ type: 'MEDIA', video_url: 'https://youtu.be/dQw4w9WgXcQ', id: 'm1', ...fields })

/** The host on two nodes, and rooms that does not answer before it is told to. */
async function twice() {
  const stage = createStage()
  const [north, south] = [await stage.node(), await stage.node()]
  const [one, other] = [await north.enter(ana), await south.enter(ana)]
  return { one, other, north, held: stage.owner.hold() }
}

async function watching() {
  const stage = createStage()
  const node = await stage.node()
  const [host, member] = [await node.enter(ana), await node.enter(ben)]
  host.says({ type: 'PLAY', time: 30 })
  await member.next('PLAY')
  return { ...stage, ...node, host, member }
}

describe('MEDIA', () => {
  test('[PB16] changes what everybody watches, from 0, paused, and is acknowledged after its event', async () => {
    const { host, member } = await watching()

    host.says(media())

    const event = await member.next('MEDIA')
    expect(event).toMatchObject({ playing: false, time: 0, rate: 1, version: 2, media: { id: 'dQw4w9WgXcQ' } })
    expect(await host.next('ACK')).toMatchObject({ id: 'm1', seq: event.seq })
    expect(host.types().indexOf('MEDIA')).toBeLessThan(host.types().indexOf('ACK'))
  })

  test('[PB16] put again under its id takes effect once', async () => {
    const { host, member } = await watching()
    host.says(media())
    await host.next('ACK')

    host.says(media())
    await host.next('ACK')

    expect(member.types().filter((type) => type === 'MEDIA')).toHaveLength(1)
  })

  test('[PB16] put again after another one, because its node was lost, does not come back', async () => {
    const stage = createStage({ room: { control: 'everyone' } })
    const [north, south] = [await stage.node(), await stage.node()]
    const [host, lost, member] = [await south.enter(ana), await north.enter(ana), await south.enter(ben)]
    const held = north.tap.holdCalls('applyRoom')
    lost.says(media({ id: 'one' }))
    await held.reached
    member.says(media({ video_url: 'https://youtu.be/aqz-KE-bpKQ', id: 'other' }))
    await member.next('ACK')

    host.says(media({ id: 'one' }))
    await host.next('ACK')
    held.release()
    await settled()

    expect(host.got.filter(({ type }) => type === 'MEDIA')).toMatchObject([{ media: { id: 'aqz-KE-bpKQ' } }])
  })

  test('[PB16] of one who may not, rooms is not even asked', async () => {
    const { host, member } = await watching()

    member.says(media())

    expect(await member.next('ERROR')).toMatchObject({ code: 'host_only', id: 'm1' })
    expect(host.types()).not.toContain('MEDIA')
  })

  test('[PB16] on another version than expected, nothing changes', async () => {
    const { host } = await watching()

    host.says(media({ expect_version: 0 }))

    expect(await host.next('ERROR')).toMatchObject({ code: 'version_conflict', id: 'm1', playback: { version: 1 } })
    host.says(media({ expect_version: 1, id: 'm2' }))
    expect(await host.next('ACK')).toMatchObject({ id: 'm2' })
  })

  test('[PB16] of two that expect one version, on two nodes, one takes effect, whenever rooms answers', async () => {
    const { one, other, held } = await twice()

    one.says(media({ expect_version: 0, id: 'one' }))
    other.says(media({ video_url: 'https://youtu.be/aqz-KE-bpKQ', expect_version: 0, id: 'other' }))
    const refused = await Promise.race([one.next('ERROR'), other.next('ERROR')])
    held.release()
    await settled()

    expect(refused).toMatchObject({ code: 'version_conflict' })
    for (const client of [one, other]) expect(client.types().filter((type) => type === 'MEDIA')).toHaveLength(1)
  })

  test.each(['PLAY', 'PAUSE', 'SEEK', 'RATE'] as const)(
    '[PB9] nor does a %s that expects the version for which rooms is being asked',
    async (type) => {
      const { one, other, held } = await twice()
      one.says(media({ expect_version: 0, id: 'one' }))
      await settled()

      other.says({ type, ...(type === 'RATE' ? { rate: 2 } : { time: 9 }), expect_version: 0, id: 'other' })
      const refused = await other.next('ERROR')
      held.release()
      await one.next('ACK')

      expect(refused).toMatchObject({ code: 'version_conflict', id: 'other', playback: { version: 0 } })
      expect(other.types()).not.toContain(type)
      expect(await other.next('MEDIA')).toMatchObject({ version: 1 })
    },
  )

  test('[PB9] nor does a MEDIA, once a PLAY that expects the same version has', async () => {
    const { one, other, north } = await twice()
    north.tap.holdChannel()
    other.says({ type: 'PLAY', time: 9, expect_version: 0, id: 'other' })
    await other.next('ACK')

    one.says(media({ expect_version: 0, id: 'one' }))

    expect(await one.next('ERROR')).toMatchObject({ code: 'version_conflict', id: 'one', playback: { version: 1, time: 9 } })
  })

  test('[PB16] what expects no version, and is given while rooms is asked, takes effect before it', async () => {
    const { one, other, held } = await twice()
    one.says(media({ expect_version: 0, id: 'one' }))
    await settled()

    other.says({ type: 'PLAY', time: 9, id: 'other' })
    await other.next('ACK')
    held.release()
    await one.next('ACK')

    expect(one.types().slice(1)).toEqual(['PLAY', 'ROOM_UPDATED', 'MEDIA', 'ACK'])
  })

  test('[PB16] what is watched already leaves the version to whoever expects it next', async () => {
    const { host, pass } = await watching()
    host.says(media())
    await host.next('ACK')
    await pass(600_001)

    host.says(media({ expect_version: 2 }))
    await host.next('ACK')
    host.says({ type: 'PLAY', time: 1, expect_version: 2, id: 'p2' })

    expect(await host.next('ACK')).toMatchObject({ id: 'p2' })
    expect(host.types().filter((type) => type === 'MEDIA')).toHaveLength(1)
  })

  test('[PB16] what rooms says no to leaves the version to whoever expects it next', async () => {
    const { host } = await watching()
    host.says(media({ video_url: 'https://example.org/page', expect_version: 1 }))
    await host.next('ERROR')

    host.says(media({ expect_version: 1, id: 'm2' }))

    expect(await host.next('ACK')).toMatchObject({ id: 'm2' })
  })

  test.each(['unavailable', 'timed_out'] as const)(
    '[PB16] where rooms does not answer (%s), the version stays whose it is',
    async (code) => {
      const { host, owner } = await watching()
      owner.setAway(true, code)
      host.says(media({ expect_version: 1 }))
      const refused = await host.next('ERROR')
      owner.setAway(false)

      host.says({ type: 'PLAY', time: 31, expect_version: 1, id: 'p2' })

      expect(refused).toMatchObject({ code, retryable: true })
      expect(await host.next('ERROR')).toMatchObject({ code: 'version_conflict', id: 'p2' })
      host.says(media({ expect_version: 1 }))
      expect(await host.next('ACK')).toMatchObject({ id: 'm1' })
    },
  )

  test('[PB16] what rooms says no to is told the sender alone', async () => {
    const { host, member } = await watching()

    host.says(media({ video_url: 'https://example.org/page' }))

    expect(await host.next('ERROR')).toMatchObject({ code: 'unsupported_video', id: 'm1' })
    expect(member.types()).not.toContain('MEDIA')
  })

  test('[PB16] while rooms does not answer it is unavailable, and can be sent again', async () => {
    const { host, owner } = await watching()
    owner.setAway(true)
    host.says(media())
    const refused = await host.next('ERROR')
    owner.setAway(false)

    host.says(media())

    expect(refused).toMatchObject({ code: 'unavailable', retryable: true })
    expect(await host.next('ACK')).toMatchObject({ id: 'm1' })
  })

  test('[CM1] what is sent after it takes effect after it', async () => {
    const { host, member, owner } = await watching()
    const held = owner.hold()

    host.says(media())
    host.says({ type: 'PLAY', time: 7, id: 'p2' })
    await settled()
    held.release()

    await host.next('ACK')
    await host.next('ACK')
    expect(member.types().slice(-2)).toEqual(['MEDIA', 'PLAY'])
  })
})
