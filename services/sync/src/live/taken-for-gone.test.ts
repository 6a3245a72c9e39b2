import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, code, createStage, settled } from './stage.fixture'

/** How often a node beats. */
const beatMs = 2_000

describe('a node whose lease has not run out, taken for gone by one that read late who is live', () => {
  async function setup({ crowdPeople = 200 } = {}) {
    const stage = createStage({ bounds: { crowdPeople, crowdPauseMs: 0 }, limits: { chat: undefined } })
    const south = await stage.node()
    const host = await south.enter(ana)
    const room = south.node.rooms.get(code)
    if (!room) throw new Error('the room is served')
    const beat = south.tap.holdAnswers('beat')
    const opened = south.node.rooms.reopen(room)
    await beat.reached
    const north = await stage.node()
    const present = () => [south, north].map(({ node }) => [...(node.rooms.get(code)?.replica.people.keys() ?? [])].sort())
    return {
      north,
      host,
      present,
      /** South goes on, with what it was told before north came. */
      async readLate() {
        beat.release()
        await opened
        await settled()
      },
      /** So many beats of both. */
      async beats(count: number) {
        for (let beats = 0; beats < count; beats++) {
          stage.clock.advance(beatMs)
          for (const { node } of [north, south]) await node.upkeep.beat()
          await settled()
        }
      },
    }
  }

  test.each([
    ['a room', 200],
    ['a crowd', 1],
  ])('[UP6] [G7] claims its people of %s again, and hears what others append', async (_, crowdPeople) => {
    const { north, host, present, readLate, beats } = await setup({ crowdPeople })
    const member = await north.enter(ben)

    await readLate()
    const before = present()
    await beats(2)
    host.says(chat('do you hear me'))
    await settled()

    expect(before[0]).toEqual([ana])
    expect(present()).toEqual([
      [ana, ben],
      [ana, ben],
    ])
    expect(member.types().at(-1)).toBe('CHAT_MESSAGE')
    expect(north.gateway.breaks).toEqual([])
  })

  test('[UP6] [LG17] claims those too who still take what they missed', async () => {
    const { north, host, present, readLate, beats } = await setup()
    // Two pages.
    for (let line = 0; line < 100; line++) {
      host.says(chat('x'.repeat(1_900), `m${line}`))
      await host.next('ACK')
    }
    const member = north.open(ben, { since: `${host.admitted?.epoch}.0` })
    member.stalls()
    await member.next('ROOM_STATE')

    await readLate()
    await beats(2)

    expect(member.pages).toHaveLength(1)
    expect(present()).toEqual([
      [ana, ben],
      [ana, ben],
    ])
  })

  test('[UP6] [G2] hears what others append from the second beat on, where nobody could be taken for gone', async () => {
    const { north, host, readLate, beats } = await setup()
    const arriving = north.tap.holdCalls('arrive')
    const member = north.open(ben)
    await arriving.reached
    await readLate()
    arriving.release()
    await member.next('ROOM_STATE')
    await beats(1)
    host.says(chat('told late'))
    await beats(2)

    host.says(chat('told at once'))
    await settled()

    expect(member.got.flatMap(({ message = [] }) => message)).toEqual(['told late', 'told at once'])
  })
})
