import { describe, expect, test } from 'bun:test'
import type { Client } from './gateway.fixture'
import { ana, ben, chat, cleo, code, createStage, settled } from './stage.fixture'

/** What a client was told, in order: lines of chat, snapshots and notices. */
const told = (client: Client) =>
  client.got.map((frame) => ('code' in frame ? String(frame.code) : frame.type === 'CHAT_MESSAGE' ? `chat ${frame.message}` : frame.type))

/** Ben, and Cleo who waits, on a node that has lost the log, while Ana, on another, says something. */
async function setup() {
  const stage = createStage()
  const [north, south] = [await stage.node(), await stage.node()]
  const host = await north.enter(ana)
  const member = await south.enter(ben)
  const waiting = south.open(cleo, { lobby: true })
  await waiting.next('LOBBY')
  await south.node.upkeep.beat()
  south.tap.holdChannel()
  south.tap.refuse()
  south.tap.setConnected(false)
  host.says(chat('meanwhile', 'm1'))
  await host.next('ACK')
  south.tap.accept()
  return { stage, north, south, host, member, waiting }
}

describe('when the log is back', () => {
  test('[G12] [UP5] everybody who was told that it is away is told so, after what was missed, and stays', async () => {
    const { south, member, waiting } = await setup()

    south.tap.setConnected(true)
    await member.next('NOTICE')
    await member.next('NOTICE')

    expect(told(member)).toEqual(['ROOM_STATE', 'read_only', 'chat meanwhile', 'restored'])
    expect(waiting.types().filter((type) => type === 'NOTICE')).toHaveLength(2)
    expect(member.closed).toBeUndefined()
  })

  test.each(['beat', 'open', 'read', 'adopt'] as const)(
    '[G12] [UP5] and its first answer to `%s` is a refusal, people are told later, after what they missed',
    async (call) => {
      const { south, member } = await setup()
      // As Redis refuses while it loads its data, or has no memory left: the connection stays.
      south.tap.refuse(call)

      south.tap.setConnected(true)
      await settled()
      const before = told(member)
      south.tap.accept()
      await south.node.upkeep.beat()
      await settled()

      expect(before).not.toContain('restored')
      expect(told(member)).toEqual(['ROOM_STATE', 'read_only', 'chat meanwhile', 'restored'])
    },
  )

  test.each(['beat', 'open'] as const)(
    '[UP5] and goes again before it has answered `%s`, nobody is told that it is there',
    async (call) => {
      const { south, member } = await setup()
      const answers = south.tap.holdAnswers(call)
      south.tap.setConnected(true)
      await answers.reached

      south.tap.refuse()
      south.tap.setConnected(false)
      answers.release()
      await settled()

      expect(told(member).at(-1)).toBe('read_only')
      expect(told(member)).not.toContain('restored')
    },
  )

  test.each(['open', 'read', 'adopt'] as const)(
    '[UP5] what `%s` answered before another outage does not pass for what was missed in it',
    async (call) => {
      const { south, host, member } = await setup()
      const answers = south.tap.holdAnswers(call)
      south.tap.setConnected(true)
      await answers.reached
      south.tap.setConnected(false)
      host.says(chat('later', 'm2'))
      await host.next('ACK')

      south.tap.setConnected(true)
      await settled()
      const early = told(member)
      answers.release()
      await settled()

      expect(early).not.toContain('restored')
      expect(told(member).at(-1)).toBe('restored')
      expect(told(member).filter((text) => text === 'restored' || text.startsWith('chat'))).toEqual([
        'chat meanwhile',
        'chat later',
        'restored',
      ])
    },
  )

  test('[G12] [UP5] and has become another, each is told once it has its snapshot', async () => {
    const { stage, south, member } = await setup()
    stage.loseLog()

    south.tap.setConnected(true)
    await member.next('NOTICE')
    await member.next('NOTICE')
    await settled()

    expect(told(member).slice(-3)).toEqual(['read_only', 'ROOM_STATE', 'restored'])
  })

  test('[UP5] nor does what was asked for before the first, for another reason', async () => {
    const { south, host, member } = await setup()
    const room = south.node.rooms.get(code)
    const answers = south.tap.holdAnswers('read')
    const reopened = room && south.node.rooms.reopen(room)
    await answers.reached
    host.says(chat('later', 'm2'))
    await host.next('ACK')

    south.tap.setConnected(true)
    await settled()
    answers.release()
    await reopened
    await settled()

    expect(told(member).slice(-3)).toEqual(['chat meanwhile', 'chat later', 'restored'])
  })

  test('[UP5] a room that is made good while the log is away is not told that it is there', async () => {
    const { south, member } = await setup()
    south.tap.refuse('open')
    south.tap.setConnected(true)
    await settled()
    south.tap.setConnected(false)

    south.tap.accept()
    await south.node.upkeep.beat()
    await settled()

    expect(told(member).slice(1)).toEqual(['read_only', 'read_only', 'chat meanwhile'])
  })

  test('[HE1] rows are asked for also where the first beat was refused', async () => {
    const { stage, south } = await setup()
    south.tap.refuse('beat')
    south.tap.setConnected(true)
    await settled()
    const before = stage.owner.questions.length
    south.tap.accept()

    await south.node.upkeep.beat()
    await settled()

    expect([before, stage.owner.questions.length]).toEqual([0, 1])
  })
})
