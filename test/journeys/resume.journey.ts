import { expect } from 'bun:test'
import { expectOneHistory, linesOf } from '../support/history'
import type { Journey } from '../support/journey'

export function resume(journey: Journey): void {
  journey('one who was cut off comes back with exactly what was missed', async ({ room }) => {
    const { guests: people, code, clients } = await room(1)
    const [hosts, before = hosts] = clients
    const [guest] = people
    if (!guest) throw new Error('nobody came')
    await before.command({ type: 'CHAT_MESSAGE', message: 'seen' })

    before.drop()
    await before.closes()
    const missed = [
      await hosts.command({ type: 'CHAT_MESSAGE', message: 'missed one' }),
      await hosts.command({ type: 'PLAY', time: 3 }),
      await hosts.command({ type: 'CHAT_MESSAGE', message: 'missed two' }),
    ]
    const after = guest.open(code, { since: before.place })
    const state = await after.next('ROOM_STATE')
    await after.reaches(missed[2] ?? 0)

    expect(state).toMatchObject({ resumed: true, epoch: before.epoch, seq: before.seq, head_seq: missed[2] })
    expect([...after.applied.keys()]).toEqual(missed)
    expect(linesOf(after)).toEqual(['missed one', 'missed two'])
    await hosts.command({ type: 'CHAT_MESSAGE', message: 'live' })
    await expectOneHistory([hosts, after])
  })

  journey('a place in another log, or past its end, is answered with a snapshot that says why', async ({ room }) => {
    const { host, code, clients } = await room(0)
    const [hosts] = clients
    const { epoch, seq } = hosts

    const other = await host.open(code, { since: `anotherlog.${seq}` }).next('ROOM_STATE')
    const ahead = await host.open(code, { since: `${epoch}.${seq + 1_000}` }).next('ROOM_STATE')

    expect(other).toMatchObject({ resumed: false, reason: 'epoch', epoch })
    expect(ahead).toMatchObject({ resumed: false, reason: 'ahead', epoch })
  })

  journey('a command repeated under its id is acknowledged with its first place, and takes effect once', async ({ room }) => {
    const { host, code, clients } = await room(0)
    const [first] = clients

    const once = await first.command({ type: 'CHAT_MESSAGE', message: 'once' }, 'the-same')
    const twice = await first.command({ type: 'CHAT_MESSAGE', message: 'once' }, 'the-same')
    const play = await first.command({ type: 'PLAY', time: 9 }, 'start')
    first.drop()
    const second = await host.enter(code, { since: first.place })
    const thrice = await second.command({ type: 'CHAT_MESSAGE', message: 'once' }, 'the-same')
    const again = await second.command({ type: 'PLAY', time: 9 }, 'start')
    const next = await second.command({ type: 'CHAT_MESSAGE', message: 'next' })

    expect([twice, thrice]).toEqual([once, once])
    expect(again).toBe(play)
    expect(next).toBe(play + 1)
  })

  journey('a resume point that is none is refused before the socket', async ({ stack, guest, room }) => {
    const { code } = await room(0)
    const { token } = await guest('Ana')
    const [socketUrl = ''] = stack.socketUrls

    const answer = await fetch(`${socketUrl.replace('ws:', 'http:')}/ws/room/${code}/?since=nonsense`, {
      headers: {
        authorization: `Bearer ${token}`,
        upgrade: 'websocket',
        connection: 'upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      },
    })

    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', errors: [{ field: 'since' }] })
  })
}
