import { expect } from 'bun:test'
import type { Journey } from '../support/journey'

export function entering(journey: Journey): void {
  journey('a private room opens to its password, and to no other', async ({ guest }) => {
    const [ana, ben] = [await guest('Ana'), await guest('Ben')]
    const { room_code: code, room_password: password } = await ana.create({ is_private: true, entry_mode: 'PASSWORD' })

    const wrong = ben.http.join(ben.token, code, 'not the one')

    await expect(wrong).rejects.toMatchObject({ status: 403, code: 'wrong_password' })
    expect(password).toHaveLength(8)
    expect(await ben.http.join(ben.token, code, password)).toMatchObject({ status: 'APPROVED', is_host: false })
    // Once in, the password is not asked for again.
    expect(await ben.http.join(ben.token, code)).toMatchObject({ status: 'APPROVED' })
    await ben.enter(code)
  })

  journey('one who waits in the lobby is let in the instant the host approves', async ({ guest }) => {
    const [ana, ben] = [await guest('Ana'), await guest('Ben')]
    const { room_code: code, room_id: roomId } = await ana.create({ is_private: true, name: 'Salon' })
    const anas = await ana.enter(code)

    const asked = await ben.http.join(ben.token, code)
    const bens = ben.open(code, { lobby: true })
    const lobby = await bens.next('LOBBY')
    const pending = await anas.next('PARTICIPANT_PENDING')

    expect(asked.status).toBe('PENDING')
    expect(lobby.room).toEqual({ room_code: code, name: 'Salon' })
    expect(pending.user).toEqual({ id: ben.id, display_name: 'Ben', is_guest: true })

    await expect(bens.command({ type: 'CHAT_MESSAGE', message: 'May I?' })).rejects.toMatchObject({ code: 'not_approved' })
    expect(await ana.http.approve(ana.token, roomId, ben.id)).toEqual({ status: 'APPROVED' })
    const state = await bens.next('ROOM_STATE')

    expect(state.you).toMatchObject({ id: ben.id, role: 'member' })
    expect(bens.frames.filter(({ type }) => type === 'PARTICIPANT_APPROVED')).toHaveLength(1)
    expect((await anas.next('PARTICIPANT_APPROVED')).user.id).toBe(ben.id)
    expect((await anas.next('USER_JOINED', ({ user }) => user.id === ben.id)).seq).toBe(state.seq)
    // Approving again changes nothing.
    expect(await ana.http.approve(ana.token, roomId, ben.id)).toEqual({ status: 'APPROVED' })
    await bens.command({ type: 'CHAT_MESSAGE', message: 'Thank you' })
    expect((await anas.next('CHAT_MESSAGE')).message).toBe('Thank you')
    expect(anas.frames.filter(({ type }) => type === 'PARTICIPANT_APPROVED')).toHaveLength(1)
  })

  journey('a host who was away finds who waits in ROOM_STATE; without lobby one who waits is sent away with 4403', async ({ guest }) => {
    const [ana, ben] = [await guest('Ana'), await guest('Ben')]
    const { room_code: code } = await ana.create({ is_private: true })
    await ben.http.join(ben.token, code)

    const bens = ben.open(code)
    const error = await bens.next('ERROR')
    const ending = await bens.closes()
    const anas = ana.open(code)
    const state = await anas.next('ROOM_STATE')

    expect([error.code, ending.code]).toEqual(['not_approved', 4403])
    expect(state.pending).toEqual([{ id: ben.id, display_name: 'Ben', is_guest: true }])
  })

  journey('one who is turned down is told, is sent away with 4403, and may not ask again at once', async ({ guest }) => {
    const [ana, ben] = [await guest('Ana'), await guest('Ben')]
    const { room_code: code, room_id: roomId } = await ana.create({ is_private: true })
    const anas = await ana.enter(code)
    await ben.http.join(ben.token, code)
    const bens = ben.open(code, { lobby: true })
    await bens.next('LOBBY')

    await ana.http.deny(ana.token, roomId, ben.id)

    expect((await bens.next('PARTICIPANT_DENIED')).user.id).toBe(ben.id)
    expect((await bens.closes()).code).toBe(4403)
    expect((await anas.next('PARTICIPANT_DENIED')).user.id).toBe(ben.id)
    await expect(ben.http.join(ben.token, code)).rejects.toMatchObject({ status: 403, code: 'denied' })
  })

  journey('to outsiders a private room is as a room that is not there', async ({ guest }) => {
    const [ana, ben] = [await guest('Ana'), await guest('Ben')]
    const { room_code: code, room_id: roomId } = await ana.create({ is_private: true, name: 'Nobody knows' })
    const nowhere = { status: 404, code: 'room_not_found' }

    await expect(ben.http.room(ben.token, code)).rejects.toMatchObject(nowhere)
    await expect(ben.http.participants(ben.token, code)).rejects.toMatchObject(nowhere)
    await expect(ben.http.update(ben.token, code, { name: 'Mine' })).rejects.toMatchObject(nowhere)
    await expect(ben.http.approve(ben.token, roomId, ben.id)).rejects.toMatchObject(nowhere)
    await expect(ben.http.leave(ben.token, roomId)).rejects.toMatchObject(nowhere)
    await expect(ben.http.close(ben.token, roomId)).rejects.toMatchObject(nowhere)
    expect((await ben.http.list('Nobody knows')).rooms).toEqual([])
    const [hidden, missing] = [ben.open(code, { lobby: true }), ben.open('ZZZZZZZZ', { lobby: true })]
    expect(await hidden.next('ERROR')).toEqual(await missing.next('ERROR'))
    expect((await hidden.closes()).code).toBe(4404)
    expect((await missing.closes()).code).toBe(4404)
  })
}
