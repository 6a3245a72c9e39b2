import { expect } from 'bun:test'
import { expectOneHistory, linesOf } from '../support/history'
import type { Journey } from '../support/journey'

/** For a stack whose gateways know one sync node each: what meets here has met through the room log. */
export function twoNodes(journey: Journey): void {
  journey('members of one room on two gateways and two sync nodes have one room', async ({ room }) => {
    const { host, guests, code, clients } = await room(3)

    const spoken = clients.map(async (client, who) => {
      for (const line of [1, 2, 3]) await client.command({ type: 'CHAT_MESSAGE', message: `${who}.${line}` })
    })
    await Promise.all([...spoken, clients[0].command({ type: 'PLAY', time: 40 })])
    const states = await Promise.all([host, ...guests].map((person) => person.open(code).next('ROOM_STATE')))

    await expectOneHistory(clients)
    expect(linesOf(clients[0])).toHaveLength(12)
    for (const state of states) expect(state).toMatchObject({ participants_total: 4, playback: { playing: true, version: 1 } })
  })

  journey('one who was cut off at one node resumes at the other', async ({ room, stack }) => {
    const { host, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    const [here, elsewhere = here] = stack.socketUrls

    hosts.drop()
    const missed = await guests.command({ type: 'CHAT_MESSAGE', message: 'missed' })
    const after = host.open(code, { since: hosts.place, ...(elsewhere === undefined ? {} : { url: elsewhere }) })
    const state = await after.next('ROOM_STATE')
    await after.command({ type: 'PLAY', time: 1 })

    expect(elsewhere).not.toBe(here)
    expect(state).toMatchObject({ resumed: true, seq: hosts.seq, head_seq: missed })
    await expectOneHistory([guests, after])
    expect(linesOf(after)).toEqual(['missed'])
  })
}
