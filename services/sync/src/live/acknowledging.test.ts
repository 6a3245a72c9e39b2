import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, code, createStage } from './stage.fixture'

describe('a log that starts over between a command and its acknowledgement', () => {
  test('[CM12] one that was lost with its answer on the way takes effect in the new log, and is acknowledged after the snapshot', async () => {
    const stage = createStage()
    const { enter, node, tap } = await stage.node()
    const host = await enter(ana)
    const answer = tap.holdAnswers('append')
    host.says(chat('once', 'm1'))
    await answer.reached

    stage.loseLog()
    const served = node.rooms.get(code)
    if (!served) throw new Error('the room is not served')
    await node.rooms.reopen(served)
    answer.release()
    await host.next('ACK')

    expect(host.types().slice(-3)).toEqual(['ROOM_STATE', 'CHAT_MESSAGE', 'ACK'])
    expect(host.got.at(-1)).toMatchObject({ id: 'm1', seq: host.got.at(-2)?.seq })
  })

  test('[CM12] one whose event is in the snapshot is acknowledged after it', async () => {
    const stage = createStage({ bounds: { keptEvents: 4, keptMs: 1, keptEntries: 8 } })
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const member = await south.enter(ben)
    south.tap.holdChannel()
    for (let count = 0; count < 30; count++) {
      stage.clock.advance(1_000)
      host.says(chat(`${count}`, `m${count}`))
      await host.next('ACK')
    }

    member.says(chat('mine', 'b1'))
    await member.next('ACK')

    expect(member.types().slice(-2)).toEqual(['ROOM_STATE', 'ACK'])
    expect(member.got.at(-2)).toMatchObject({ reason: 'window', seq: member.got.at(-1)?.seq })
    expect(member.got.at(-2)?.chat_history?.at(-1)).toMatchObject({ message: 'mine' })
  })
})
