import { expect } from 'bun:test'
import { createMatinee, type Matinee, type RoomConnection, type RoomSnapshot } from '@matinee/client'
import type { Journey } from '../support/journey'
import type { Stack } from '../support/stack'

/** What those have to rely on who build on the client library: the same walks as others make with frames, through its doors. */
export function clientLibrary(journey: Journey): void {
  journey('the client library: people meet, talk and watch, and miss nothing when they are cut off', async ({ stack }) => {
    const [ana, ben] = [await guest(stack, 'Ana'), await guest(stack, 'Ben')]
    const { room_code: code } = await ana.matinee.rooms.create({ name: 'Friday film', video_url: 'https://youtu.be/aqz-KE-bpKQ' })
    await ben.matinee.rooms.join(code)
    const [hosts, bens] = [ana.matinee.enter(code), ben.matinee.enter(code)]
    await Promise.all([hosts.entered, bens.entered])

    await hosts.chat('before')
    await becomes(bens, ({ view }) => view?.chat.length === 1)
    ben.cut()
    await becomes(bens, ({ status }) => status === 'reconnecting')
    const meanwhile = bens.chat('while away')
    await hosts.play(60)
    await hosts.chat('missed')
    await Promise.all([
      meanwhile,
      becomes(bens, ({ status, view }) => status === 'live' && view?.chat.length === 3),
      becomes(hosts, ({ view }) => view?.chat.length === 3),
    ])
    const refused = await bens.pause(3).catch((error) => error)

    expect(bens.state.view?.playback).toMatchObject({ playing: true, time: 60, version: 1 })
    expect(bens.state.view?.chat).toEqual(hosts.state.view?.chat ?? [])
    expect(bens.state.view?.chat.map(({ message }) => message).sort()).toEqual(['before', 'missed', 'while away'])
    expect(bens.state.unconfirmed).toEqual([])
    expect(refused).toMatchObject({ name: 'MatineeError', code: 'host_only' })
    expect(bens.positionS()).toBeWithin(59, 90)
    for (const room of [hosts, bens]) room.close()
  })

  journey('the client library: one waits in the lobby until the host says yes', async ({ stack }) => {
    const [ana, ben] = [await guest(stack, 'Ana'), await guest(stack, 'Ben')]
    const { room_code: code, room_id: id } = await ana.matinee.rooms.create({ is_private: true, entry_mode: 'APPROVAL' })
    const hosts = ana.matinee.enter(code)
    await hosts.entered
    await ben.matinee.rooms.join(code)
    const bens = ben.matinee.enter(code)
    await becomes(bens, ({ status }) => status === 'lobby')
    const { view } = await becomes(hosts, ({ view }) => view?.pending.length === 1)

    await ana.matinee.rooms.approve(id, view?.pending[0]?.id ?? '')
    await bens.entered
    await ana.matinee.rooms.close(id)
    const [{ ended }] = await Promise.all([
      becomes(bens, ({ status }) => status === 'ended'),
      becomes(hosts, ({ status }) => status === 'ended'),
    ])

    expect(ended).toEqual({ code: 4410, reason: 'room_closed' })
    expect(await bens.chat('late').catch(({ code }) => code)).toBe('ended')
  })
}

async function guest(stack: Stack, display_name: string): Promise<{ readonly matinee: Matinee; cut(): void }> {
  const sockets: WebSocket[] = []
  const [baseUrl = ''] = stack.httpUrls
  class Noted extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols)
      sockets.push(this)
    }
  }
  // Bun's WebSocket has what is asked for, and types of its own for it.
  const matinee = createMatinee({
    baseUrl,
    WebSocket: Noted as unknown as NonNullable<Parameters<typeof createMatinee>[0]>['WebSocket'] & object,
  })
  await matinee.auth.guest({ display_name })
  return { matinee, cut: () => sockets.at(-1)?.terminate() }
}

/** Resolves with the first snapshot that is so; the test's own time is the limit. */
function becomes(room: RoomConnection, is: (state: RoomSnapshot) => boolean): Promise<RoomSnapshot> {
  const { promise, resolve } = Promise.withResolvers<RoomSnapshot>()
  const off = room.subscribe((state) => is(state) && resolve(state))
  return promise.finally(off)
}
