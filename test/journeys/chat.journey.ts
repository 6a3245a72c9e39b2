import { expect } from 'bun:test'
import { expectOneHistory, linesOf } from '../support/history'
import type { Journey } from '../support/journey'

export function chat(journey: Journey): void {
  journey('chat is on, off and on again, as the host says', async ({ room }) => {
    const { host, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    await guests.command({ type: 'CHAT_MESSAGE', message: '  one  ' })

    await host.http.update(host.token, code, { is_chat_enabled: false })
    const off = await guests.next('ROOM_UPDATED')
    const refused = guests.command({ type: 'CHAT_MESSAGE', message: 'two' })

    expect(off.room.is_chat_enabled).toBe(false)
    await expect(refused).rejects.toMatchObject({ code: 'chat_disabled', retryable: false })
    await expect(hosts.command({ type: 'CHAT_MESSAGE', message: 'two' })).rejects.toMatchObject({ code: 'chat_disabled' })

    await host.http.update(host.token, code, { is_chat_enabled: true })
    await guests.next('ROOM_UPDATED', ({ room: { is_chat_enabled: on } }) => on)
    await guests.command({ type: 'CHAT_MESSAGE', message: 'three' })

    await expectOneHistory(clients)
    expect(linesOf(hosts)).toEqual(['one', 'three'])
  })

  journey('everybody hears every line once and in the same order, and each sender is told after its line', async ({ room }) => {
    const { clients } = await room(3)

    const spoken = clients.map(async (client, who) => {
      const seqs: number[] = []
      for (const line of [1, 2, 3, 4, 5]) seqs.push(await client.command({ type: 'CHAT_MESSAGE', message: `${who}.${line}` }))
      return seqs
    })
    const seqs = await Promise.all(spoken)

    await expectOneHistory(clients)
    expect(new Set(linesOf(clients[0])).size).toBe(20)
    expect(new Set(seqs.flat()).size).toBe(20)
    for (const own of seqs) expect(own).toEqual([...own].sort((one, other) => one - other))
  })

  journey('a newcomer reads the latest lines in its ROOM_STATE', async ({ room, guest }) => {
    const { code, clients } = await room(1)
    for (const message of ['first', 'second']) await clients[0].command({ type: 'CHAT_MESSAGE', message })
    const late = await guest('Late')

    await late.http.join(late.token, code)
    const state = await late.open(code).next('ROOM_STATE')

    if (state.resumed) throw new Error('nothing to resume')
    expect(state.chat_history.map(({ message }) => message)).toEqual(['first', 'second'])
  })

  journey('a flood of lines is slowed down for its sender alone', async ({ room }) => {
    const { clients } = await room(1)
    const [hosts, guests = hosts] = clients

    const flood = Array.from({ length: 15 }, (_, line) => guests.command({ type: 'CHAT_MESSAGE', message: `line ${line}` }))
    const answers = await Promise.allSettled(flood)

    const refused = answers.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) expect(answer).toMatchObject({ reason: { code: 'rate_limited', retryable: true } })
    await hosts.command({ type: 'CHAT_MESSAGE', message: 'calm' })
    await expectOneHistory(clients)
    expect(linesOf(hosts)).toHaveLength(15 - refused.length + 1)
  })
}
