import { expect } from 'bun:test'
import { expectOneHistory } from '../support/history'
import type { Journey } from '../support/journey'

export function control(journey: Journey): void {
  journey('where everybody controls, everybody does, until the host alone does again', async ({ room }) => {
    const { host, guests: people, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await host.http.update(host.token, code, { control: 'everyone' })
    await guests.next('ROOM_UPDATED', ({ room: { control } }) => control === 'everyone')

    await guests.command({ type: 'PLAY', time: 7 })
    await guests.command({ type: 'RATE', rate: 1.5 })
    const play = await hosts.next('PLAY')
    await host.http.update(host.token, code, { control: 'host' })
    await guests.next('ROOM_UPDATED', ({ room: { control } }) => control === 'host')

    expect(play).toMatchObject({ time: 7, user: { id: people[0]?.id, role: 'member' } })
    await expect(guests.command({ type: 'PAUSE', time: 8 })).rejects.toMatchObject({ code: 'host_only' })
    await expectOneHistory(clients)
  })

  journey('where moderators control, those do whom the host has chosen, for as long as they are', async ({ room }) => {
    const { host, guests: people, code, roomId, clients } = await room(2)
    const [hosts, chosen = hosts, other = hosts] = clients
    const moderator = people[0]?.id ?? ''
    await host.http.update(host.token, code, { control: 'moderators' })
    // Two nodes take facts beside each other: the role could overtake what it is good for.
    await chosen.next('ROOM_UPDATED', ({ room: { control } }) => control === 'moderators')
    await host.http.setRole(host.token, roomId, moderator, 'moderator')
    await chosen.next('ROLE_CHANGED', ({ role }) => role === 'moderator')

    await chosen.command({ type: 'PLAY', time: 30 })
    const play = await other.next('PLAY')
    const refused = other.command({ type: 'SEEK', time: 1 })

    expect(play).toMatchObject({ time: 30, user: { id: moderator, role: 'moderator' } })
    await expect(refused).rejects.toMatchObject({ code: 'moderators_only' })
    await host.http.setRole(host.token, roomId, moderator, 'member')
    await chosen.next('ROLE_CHANGED', ({ role }) => role === 'member')
    await expect(chosen.command({ type: 'PAUSE', time: 31 })).rejects.toMatchObject({ code: 'moderators_only' })
    await expectOneHistory(clients)
  })

  journey('another video, chosen in the room, starts at 0 for everybody, once for its id', async ({ room }) => {
    const { host, clients } = await room(1, { video_url: 'https://vimeo.com/76979871' })
    const [hosts, guests = hosts] = clients
    await hosts.command({ type: 'PLAY', time: 30 })

    const seq = await hosts.command({ type: 'MEDIA', video_url: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ' }, 'next-film')
    const media = await guests.next('MEDIA')
    const again = await hosts.command({ type: 'MEDIA', video_url: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ' }, 'next-film')

    expect(media).toMatchObject({ seq, playing: false, time: 0, rate: 1, version: 2, media: { provider: 'youtube', id: 'aqz-KE-bpKQ' } })
    expect(media.user).toMatchObject({ id: host.id })
    expect(again).toBe(seq)
    await expect(guests.command({ type: 'MEDIA', video_url: 'https://vimeo.com/76979871' })).rejects.toMatchObject({ code: 'host_only' })
    await expect(hosts.command({ type: 'MEDIA', video_url: 'https://example.org/page' })).rejects.toMatchObject({
      code: 'unsupported_video',
    })
    await expectOneHistory(clients)
  })
}
