import { expect } from 'bun:test'
import type { Playback } from '@matinee/contracts'
import { expectOneHistory } from '../support/history'
import type { Journey } from '../support/journey'

export function playback(journey: Journey): void {
  journey('the host plays, seeks and pauses; a seek keeps playing; all see one timeline', async ({ room }) => {
    const { host, clients } = await room(1, { video_url: 'https://vimeo.com/76979871' })
    const [hosts, guests = hosts] = clients

    await hosts.command({ type: 'PLAY', time: 12.5 })
    const play = await guests.next('PLAY')
    await hosts.command({ type: 'SEEK', time: 600 })
    const seek = await guests.next('SEEK')
    await hosts.command({ type: 'PAUSE', time: 601.25 })
    const pause = await guests.next('PAUSE')
    await hosts.command({ type: 'SEEK', time: 30 })
    const still = await guests.next('SEEK')

    expect(play).toMatchObject({ playing: true, time: 12.5, version: 1, rate: 1, user: { id: host.id, role: 'host' } })
    // A start lies ahead, so that everybody can be there in time.
    expect(play.at_ms).toBe(play.sent_at_ms + 200)
    expect(seek).toMatchObject({ playing: true, time: 600, version: 2 })
    expect(pause).toMatchObject({ playing: false, time: 601.25, version: 3 })
    expect(still).toMatchObject({ playing: false, time: 30, version: 4, media: { provider: 'vimeo', id: '76979871' } })
    await expectOneHistory(clients)
  })

  journey('one who comes late lands where the others are', async ({ room, guest }) => {
    const { code, clients } = await room(1)
    const [hosts] = clients
    await hosts.command({ type: 'PLAY', time: 100 })
    const play = await hosts.next('PLAY')
    const late = await guest('Late')

    await late.http.join(late.token, code)
    const cameMs = Date.now()
    const state = await late.open(code).next('ROOM_STATE')

    if (state.resumed) throw new Error('nothing to resume')
    const { playback: now, server_time_ms: serverMs } = state
    expect(positionAt(now, serverMs)).toBe(positionAt(play, serverMs))
    // One log clock, and this machine's, on whichever node one came in.
    expect(serverMs).toBeWithin(cameMs - 2_000, Date.now() + 2_000)
    expect(positionAt(now, serverMs + 10_000) - now.time).toBeCloseTo((serverMs + 10_000 - play.at_ms) / 1000, 3)
  })

  journey('whoever is not the host changes nothing, and is told host_only', async ({ room }) => {
    const { clients } = await room(1)
    const [hosts, guests = hosts] = clients

    for (const type of ['PLAY', 'PAUSE', 'SEEK'] as const) {
      await expect(guests.command({ type, time: 5 })).rejects.toMatchObject({ code: 'host_only', retryable: false })
    }

    await hosts.command({ type: 'PLAY', time: 1 })
    expect((await hosts.next('PLAY')).version).toBe(1)
    await expectOneHistory(clients)
  })

  journey('a command that expects an older version is refused, with the state as it is', async ({ room }) => {
    const { clients } = await room(0)
    const [hosts] = clients
    await hosts.command({ type: 'PLAY', time: 1 })
    await hosts.command({ type: 'SEEK', time: 50, expect_version: 1 })

    const stale = hosts.command({ type: 'PAUSE', time: 2, expect_version: 1 })

    await expect(stale).rejects.toMatchObject({ code: 'version_conflict', frame: { playback: { version: 2, time: 50, playing: true } } })
  })

  journey('every clock can be set by TIME_SYNC', async ({ room }) => {
    const { clients } = await room(1)

    for (const client of clients) {
      const askedMs = Date.now()
      client.send(JSON.stringify({ type: 'TIME_SYNC', t0: 1234.5 }))
      const { t0, t1, t2 } = await client.next('TIME_SYNC')
      expect(t0).toBe(1234.5)
      expect(t2).toBeGreaterThanOrEqual(t1)
      expect(t1).toBeWithin(askedMs - 2_000, Date.now() + 2_000)
    }
  })
}

const positionAt = ({ playing, time, at_ms, rate }: Omit<Playback, 'media' | 'user' | 'version'>, nowMs: number) =>
  playing ? time + (Math.max(0, nowMs - at_ms) / 1000) * rate : time
