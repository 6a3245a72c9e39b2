import { expect } from 'bun:test'
import type { Journey } from '../support/journey'

/** Hosts who go away: the runs of the journeys give them a second and a half. */
export function succession(journey: Journey): void {
  journey(
    'the account that has been here longest stands in for a host who is gone, and gives the room back',
    async ({ account, guest }) => {
      const host = await account('Ana')
      const { room_code: code } = await host.create()
      const hosting = await host.enter(code)
      const [passer, heir] = [await guest('Guest'), await account('Ben')]
      const visiting = await passer.join(code)
      const standing = await heir.join(code)

      await hosting.close()
      const taken = await visiting.next('HOST_CHANGED', undefined, 15_000)
      // Rows come in any order: the role is what the log judges by.
      await standing.next('ROLE_CHANGED', ({ user, role }) => user.id === heir.id && role === 'host')
      await standing.command({ type: 'PLAY', time: 9 })
      const back = await host.enter(code)
      const returned = await visiting.next('HOST_CHANGED', undefined, 15_000)
      await back.next('ROLE_CHANGED', ({ user, role }) => user.id === host.id && role === 'host')
      await back.command({ type: 'PAUSE', time: 10 })

      expect(taken).toMatchObject({ user: { id: heir.id }, role: 'host' })
      expect(returned).toMatchObject({ user: { id: host.id }, role: 'host' })
      await expect(standing.command({ type: 'PLAY', time: 11 })).rejects.toMatchObject({ code: 'host_only' })
      expect(await visiting.next('PAUSE')).toMatchObject({ time: 10, user: { id: host.id } })
    },
  )

  journey('the one whom the host has named stands in before a moderator does', async ({ room }) => {
    const { host, guests: people, code, roomId, clients } = await room(2)
    const [hosts, first = hosts, second = hosts] = clients
    await host.http.setRole(host.token, roomId, people[0]?.id ?? '', 'moderator')
    await host.http.update(host.token, code, { successor_id: people[1]?.id ?? null })
    await second.next('ROOM_UPDATED', ({ room: { successor_id } }) => successor_id === people[1]?.id)

    await hosts.close()

    const taken = await first.next('HOST_CHANGED', undefined, 15_000)
    expect(taken).toMatchObject({ user: { id: people[1]?.id }, role: 'host' })
    await second.next('ROLE_CHANGED', ({ user, role }) => user.id === people[1]?.id && role === 'host')
    await second.command({ type: 'PLAY', time: 1 })
  })
}
