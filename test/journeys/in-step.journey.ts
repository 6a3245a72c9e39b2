import { expect } from 'bun:test'
import type { Playback } from '@matinee/contracts'
import { expectOneHistory } from '../support/history'
import type { Journey } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import type { FrameOf } from '../support/live-inbox'
import { until } from '../support/until'

type Timeline = Pick<Playback, 'playing' | 'time' | 'at_ms' | 'rate'>

/** Members who tell of their players: what the room makes of it, on however many nodes they are. */
export function inStep(journey: Journey): void {
  journey('one who comes late lands where the others are at any rate, which leaves no gap where it changes', async ({ room, guest }) => {
    const { code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await hosts.command({ type: 'PLAY', time: 100 })
    const play = await guests.next('PLAY')
    await begun(play)

    await hosts.command({ type: 'RATE', rate: 2 })
    const rate = await guests.next('RATE')
    const late = await guest('Late')
    await late.http.join(late.token, code)
    const state = await late.open(code).next('ROOM_STATE')

    if (state.resumed) throw new Error('nothing to resume')
    expect(rate).toMatchObject({ playing: true, rate: 2, version: 2 })
    expect(rate.time).toBeCloseTo(positionAt(play, rate.at_ms), 6)
    expect(positionAt(state.playback, rate.at_ms + 5_000)).toBeCloseTo(rate.time + 10, 6)
    await expect(guests.command({ type: 'RATE', rate: 0.5 })).rejects.toMatchObject({ code: 'host_only' })
  })

  journey('a start is put off for the slowest, whichever node that one is on', async ({ room }) => {
    const { clients } = await room(1)
    const [hosts, guests = hosts] = clients
    const slow = { position: 0, playing: false, delay_ms: 250, start_cost_ms: 300, error_ms: 50 }
    await known(clients, 1, () => report(guests, slow))

    await hosts.command({ type: 'PLAY', time: 0 })

    const { at_ms, sent_at_ms } = await hosts.next('PLAY')
    expect(at_ms - sent_at_ms).toBe(600)
  })

  journey('all are told how far each is off, and how far apart all are', async ({ room }) => {
    const { host, guests: people, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await hosts.command({ type: 'PLAY', time: 50 })
    const play = await guests.next('PLAY')
    await begun(play)

    const told = await known(clients, 2, () => {
      const atMs = Date.now()
      report(hosts, { position: positionAt(play, atMs) + 0.04, at_ms: atMs })
      report(guests, { position: positionAt(play, atMs) - 0.5, at_ms: atMs })
    })

    for (const { skew_ms, members } of told) {
      expect(skew_ms).toBe(540)
      expect(members.map(({ user_id, drift_ms }) => [user_id, drift_ms])).toEqual([
        [people[0]?.id ?? '', -500],
        [host.id, 40],
      ])
    }
    await expectOneHistory(clients)
  })

  journey('a room that waits jumps when all are ready, and tells for whom it waits', async ({ room }) => {
    const { host, guests: people, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await host.http.update(host.token, code, { wait_for_ready: true })
    await Promise.all(clients.map((client) => client.next('ROOM_UPDATED')))
    await known(clients, 2, () => {
      for (const client of clients) report(client, { playing: false })
    })
    await hosts.command({ type: 'PLAY', time: 1 })
    await Promise.all(clients.map((client) => client.next('PLAY')))

    await hosts.command({ type: 'SEEK', time: 300 })
    const [seek] = await Promise.all([hosts.next('SEEK'), guests.next('SEEK')])
    hosts.send(ready(seek.version))
    // Until the nodes have heard of each other's, the one or the other may be named alone.
    const waiting = await hosts.next('WAITING', ({ users }) => users.length === 1 && users[0]?.id === people[0]?.id)
    guests.send(ready(seek.version))
    const [start, again] = await Promise.all(clients.map((client) => client.next('PLAY')))

    expect(seek.at_ms - seek.sent_at_ms).toBe(10_000)
    expect(waiting).toMatchObject({ version: seek.version, users: [{ id: people[0]?.id }], deadline_at_ms: seek.at_ms })
    expect(start).toMatchObject({ playing: true, time: 300, version: seek.version + 1, user: { id: host.id } })
    expect((start?.at_ms ?? 0) - (start?.sent_at_ms ?? 0)).toBe(200)
    expect(again).toEqual(start)
    await expectOneHistory(clients)
  })

  journey('a room that waits starts without those who are not ready in time', async ({ room }) => {
    const { host, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await host.http.update(host.token, code, { wait_for_ready: true, playback_policy: { ready_timeout_ms: 3_000 } })
    await Promise.all(clients.map((client) => client.next('ROOM_UPDATED')))
    await known(clients, 2, () => {
      for (const client of clients) report(client, { playing: false })
    })
    await hosts.command({ type: 'PLAY', time: 5 })

    await hosts.command({ type: 'SEEK', time: 900 })
    const seek = await guests.next('SEEK')
    hosts.send(ready(seek.version))
    await begun(seek)
    report(guests, { position: 5, at_ms: Date.now() })
    await hosts.command({ type: 'SEEK', time: 1_000 })
    const second = await guests.next('SEEK')
    hosts.send(ready(second.version))

    expect(seek.at_ms - seek.sent_at_ms).toBe(3_000)
    const begins = await guests.next('PLAY', ({ version }) => version === second.version + 1)
    expect(begins).toMatchObject({ time: 1_000, playing: true })
  })

  journey('one who stalls stops nobody, and where the room wants it everybody for a while', async ({ room }) => {
    const { host, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await hosts.command({ type: 'PLAY', time: 10 })
    await begun(await guests.next('PLAY'))
    await known(clients, 1, () => report(guests, { position: 10, stalled: true }))
    await host.http.update(host.token, code, { pause_for_stalled: true })
    await guests.next('ROOM_UPDATED')

    report(guests, { position: 10, at_ms: Date.now(), stalled: true })
    const stands = await hosts.next('PLAY', ({ user }) => user === null)
    report(guests, { position: stands.time, at_ms: Date.now() })
    const goesOn = await hosts.next('PLAY', ({ version }) => version === stands.version + 1)

    expect(stands.version).toBe(2)
    expect(stands.at_ms - stands.sent_at_ms).toBe(10_000)
    expect(goesOn).toMatchObject({ playing: true, time: stands.time })
    expect(goesOn.at_ms).toBeLessThan(stands.at_ms)
  })

  journey("a page of the host's that has just been opened rewinds nobody", async ({ room }) => {
    const { host, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await hosts.command({ type: 'PLAY', time: 600 })
    const play = await guests.next('PLAY')
    await begun(play)

    const fresh = await host.enter(code)
    report(fresh, { position: 0, playing: false, at_ms: Date.now() })
    await fresh.command({ type: 'PLAY', time: 0 })

    const again = await guests.next('PLAY', ({ version }) => version === 2)
    expect(again.time).toBeCloseTo(positionAt(play, again.at_ms), 6)
  })
}

const positionAt = ({ playing, time, at_ms, rate }: Timeline, nowMs: number) =>
  playing ? time + (Math.max(0, nowMs - at_ms) / 1000) * rate : time
const ready = (version: number) => JSON.stringify({ type: 'READY', version })
function report(client: LiveClient, fields: object): void {
  client.send(JSON.stringify({ type: 'REPORT', position: 0, playing: true, rate: 1, at_ms: Date.now(), error_ms: 2, ...fields }))
}

/** Resolves when what a start was scheduled for has come, and nodes have looked since: they do five times a second while there is something to tell. */
const begun = ({ at_ms: atMs }: Pick<Timeline, 'at_ms'>) => until(() => Date.now() > atMs + 300, { withinMs: 12_000 })

/** Reports again and again, until all clients, on whichever nodes, are told of those `count` who report: nodes tell each other within a second. */
async function known(clients: readonly LiveClient[], count: number, tell: () => void): Promise<readonly FrameOf<'SKEW'>[]> {
  tell()
  const beat = setInterval(tell, 300)
  try {
    return await Promise.all(clients.map((client) => client.next('SKEW', ({ members }) => members.length === count)))
  } finally {
    clearInterval(beat)
  }
}
