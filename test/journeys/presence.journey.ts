import { expect } from 'bun:test'
import type { Journey } from '../support/journey'

export function presence(journey: Journey): void {
  journey('two tabs are one person, who has left a moment after the last is closed', async ({ room }) => {
    const { guests, code, clients } = await room(1)
    const [hosts, tab = hosts] = clients
    const [ben] = guests
    if (!ben) throw new Error('nobody came')

    const state = await ben.open(code).next('ROOM_STATE')
    const second = await ben.enter(code)
    await second.close()
    await hosts.command({ type: 'CHAT_MESSAGE', message: 'still here?' })
    await tab.command({ type: 'CHAT_MESSAGE', message: 'still here' })

    if (state.resumed) throw new Error('nothing to resume')
    expect(state.participants_total).toBe(2)
    expect(hosts.frames.filter(({ type }) => type === 'USER_LEFT')).toEqual([])
    expect(hosts.frames.filter((frame) => frame.type === 'USER_JOINED' && frame.user.id === ben.id)).toHaveLength(1)
  })

  journey('the last tab closed, everybody is told after a moment; back before that, nobody is', async ({ room }) => {
    const { guests, code, clients } = await room(1)
    const [hosts, only = hosts] = clients
    const [ben] = guests
    if (!ben) throw new Error('nobody came')

    only.drop()
    const back = await ben.enter(code, { since: only.place })
    await back.command({ type: 'CHAT_MESSAGE', message: 'back' })
    await hosts.next('CHAT_MESSAGE')
    const whileBack = hosts.frames.filter(({ type }) => type === 'USER_LEFT' || type === 'USER_JOINED').length
    await back.close()
    const left = await hosts.next('USER_LEFT')

    expect(whileBack).toBe(1)
    expect(left.user.id).toBe(ben.id)
    const { participants } = await ben.http.participants(ben.token, code)
    expect(participants).toHaveLength(2)
  })

  journey('leaving closes all of one’s sockets with 1000, and the others are told', async ({ room }) => {
    const { guests, code, roomId, clients } = await room(1)
    const [hosts, tab = hosts] = clients
    const [ben] = guests
    if (!ben) throw new Error('nobody came')
    const other = await ben.enter(code)

    expect(await ben.http.leave(ben.token, roomId)).toEqual({ status: 'LEFT' })

    expect((await tab.closes()).code).toBe(1000)
    expect((await other.closes()).code).toBe(1000)
    expect(await hosts.next('PARTICIPANT_REMOVED')).toMatchObject({ user: { id: ben.id }, reason: 'left' })
    const again = ben.open(code)
    expect((await again.closes()).code).toBe(4403)
  })

  journey(
    'the host cannot leave, but closes the room: all sockets close with 4410, and nobody enters any more',
    async ({ room, guest }) => {
      const { host, code, roomId, clients } = await room(1)
      const late = await guest('Late')

      await expect(host.http.leave(host.token, roomId)).rejects.toMatchObject({ status: 409, code: 'host_cannot_leave' })
      expect(await host.http.close(host.token, roomId)).toEqual({ status: 'CLOSED' })

      for (const client of clients) {
        expect((await client.closes()).code).toBe(4410)
        expect(client.frames.some(({ type }) => type === 'ROOM_CLOSED')).toBe(true)
      }
      await expect(late.http.join(late.token, code)).rejects.toMatchObject({ status: 409, code: 'room_closed' })
      const again = host.open(code)
      expect((await again.next('ERROR')).code).toBe('room_closed')
      expect((await again.closes()).code).toBe(4410)
    },
  )

  journey('logging out closes the sockets of that session with 4401, and of no other', async ({ account, guest }) => {
    const ana = await account('Ana')
    const { room_code: code } = await ana.create()
    const session = await ana.http.login(ana.email, ana.password)
    const here = await ana.enter(code)
    const there = await ana.enter(code, { token: session.access_token })

    await ana.http.logout(ana.token)

    expect((await here.closes()).code).toBe(4401)
    expect(here.frames.at(-1)).toMatchObject({ type: 'ERROR', code: 'unauthenticated' })
    await there.command({ type: 'CHAT_MESSAGE', message: 'still in' })
    const again = ana.open(code)
    expect((await again.closes()).code).toBe(4401)
    await expect(ana.http.me(ana.token)).rejects.toMatchObject({ status: 401 })
    await expect(ana.http.refresh(ana.session.refresh_token)).rejects.toMatchObject({ status: 401 })
    await guest('Ben')
  })
}
