import { expect } from 'bun:test'
import { expectOneHistory } from '../support/history'
import type { Journey } from '../support/journey'

export function settings(journey: Journey): void {
  journey('what the host changes reaches open sockets: the name, and a medium that starts at 0, paused', async ({ room }) => {
    const { host, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await hosts.command({ type: 'PLAY', time: 77 })

    const changed = await host.http.update(host.token, code, { name: 'Second feature', video_url: 'https://www.twitch.tv/videos/123456' })
    const updated = await guests.next('ROOM_UPDATED', ({ room: { name } }) => name === 'Second feature')
    await guests.reaches(updated.seq)
    const media = guests.frames.find((frame) => frame.type === 'MEDIA') ?? (await guests.next('MEDIA'))

    expect(changed).toMatchObject({ name: 'Second feature', media: { provider: 'twitch' } })
    expect(updated.room).toEqual(changed)
    expect(media).toMatchObject({ type: 'MEDIA', playing: false, time: 0, rate: 1, version: 2, media: changed.media })
    await expectOneHistory(clients)
  })

  journey('only the host changes a room', async ({ room }) => {
    const { guests, code, roomId, clients } = await room(1)
    const [ben] = guests
    if (!ben) throw new Error('nobody came')

    await expect(ben.http.update(ben.token, code, { name: 'Mine' })).rejects.toMatchObject({ status: 403, code: 'host_only' })
    await expect(ben.http.close(ben.token, roomId)).rejects.toMatchObject({ status: 403, code: 'host_only' })

    await clients[0].command({ type: 'CHAT_MESSAGE', message: 'all as before' })
    await expectOneHistory(clients)
  })
}
