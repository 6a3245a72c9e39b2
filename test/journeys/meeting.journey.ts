import { expect } from 'bun:test'
import { expectOneHistory, linesOf } from '../support/history'
import type { Journey } from '../support/journey'

export function meeting(journey: Journey): void {
  journey('an account and a guest meet in a public room, and see and hear each other', async ({ account, guest }) => {
    const [ana, ben] = [await account('Ana'), await guest('Ben')]
    const room = await ana.create({ name: 'Playtime at eight', video_url: 'https://youtu.be/dQw4w9WgXcQ' })
    const anas = await ana.enter(room.room_code)

    const joined = await ben.http.join(ben.token, room.room_code)
    const bens = ben.open(room.room_code)
    const state = await bens.next('ROOM_STATE')

    expect(joined).toEqual({ room_id: room.room_id, room_code: room.room_code, status: 'APPROVED', is_host: false })
    expect(state).toMatchObject({ resumed: false, reason: 'first', you: { id: ben.id, role: 'member', is_guest: true } })
    expect(state).toMatchObject({ room: { name: 'Playtime at eight', media: { provider: 'youtube', id: 'dQw4w9WgXcQ' } } })
    expect(state).toMatchObject({ participants_total: 2, participants: [{ id: ben.id }, { id: ana.id, role: 'host', is_guest: false }] })
    expect((await anas.next('USER_JOINED', ({ user }) => user.id === ben.id)).user.display_name).toBe('Ben')

    await anas.command({ type: 'CHAT_MESSAGE', message: 'Welcome' })
    await bens.command({ type: 'CHAT_MESSAGE', message: 'Good evening' })

    await expectOneHistory([anas, bens])
    expect(linesOf(bens)).toEqual(['Welcome', 'Good evening'])
  })

  journey(
    'a public room is listed, described, and shows its participants; a code is read as people type it',
    async ({ account, guest }) => {
      const [ana, ben] = [await account('Ana'), await guest('Ben')]
      const name = `Listed ${ana.id.slice(0, 8)}`
      const { room_code: code } = await ana.create({ name })

      await ben.http.join(ben.token, code.toLowerCase())
      const bens = await ben.enter(code.toLowerCase())

      expect((await ben.http.list(name)).rooms).toMatchObject([{ room_code: code, name, host: { id: ana.id } }])
      expect(await ben.http.room(ben.token, code)).toMatchObject({ room_code: code, is_private: false, entry_mode: null, is_active: true })
      const { participants } = await ben.http.participants(ben.token, code)
      expect(participants.map(({ user, role, status }) => [user.id, role, status]).sort()).toEqual(
        [
          [ana.id, 'host', 'APPROVED'],
          [ben.id, 'member', 'APPROVED'],
        ].sort(),
      )
      expect(bens.isOpen).toBe(true)
    },
  )

  journey('a stranger to a public room is told by the socket that it has not been let in', async ({ guest }) => {
    const [ana, ben] = [await guest('Ana'), await guest('Ben')]
    const { room_code: code } = await ana.create()

    const socket = ben.open(code)

    expect((await socket.next('ERROR')).code).toBe('not_approved')
    expect((await socket.closes()).code).toBe(4403)
  })
}
