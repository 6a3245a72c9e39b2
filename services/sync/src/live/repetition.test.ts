import { describe, expect, test } from 'bun:test'
import type { Client, Moved } from './gateway.fixture'
import { ana, ben, chat, createStage, settled } from './stage.fixture'

const answer = { type: 'RECOVERED' }
const lines = ({ got }: Pick<Client, 'got'>) => got.flatMap(({ type, message }) => (type === 'CHAT_MESSAGE' ? [message] : []))

/** Ana and Ben on a node that is lost while Ana's first line is on its way to it, and a second node. */
async function setup() {
  const stage = createStage({ limits: { chat: undefined } })
  const [north, south] = [await stage.node(), await stage.node()]
  const host = await north.enter(ana)
  const member = await north.enter(ben)
  await settled()
  const adopted = (clients: readonly Moved[], released: boolean): Client => {
    const [first] = south.gateway.adopt(clients, { released, topic: `topic.${released}` })
    if (!first) throw new Error('nobody was adopted')
    return first
  }
  const passes = async (ms: number) => {
    stage.clock.advance(ms)
    south.node.upkeep.tick()
    await settled()
  }
  return { stage, north, south, host, member, adopted, passes }
}

describe('commands that a lost node may have taken with it', () => {
  test('[CM1] are not overtaken by those that the client sent before it heard of the loss', async () => {
    const { host, adopted } = await setup()
    const client = adopted([host], false)
    client.says(chat('second', 'm2'))
    await client.next('RECOVERED')
    client.says(chat('third', 'm3'))
    await settled()
    const before = lines(client)

    client.says(answer)
    for (const [text, id] of [
      ['first', 'm1'],
      ['second', 'm2'],
      ['third', 'm3'],
      ['fourth', 'm4'],
    ] as const)
      client.says(chat(text, id))
    for (let count = 0; count < 4; count++) await client.next('ACK')

    expect(before).toEqual([])
    expect(lines(client)).toEqual(['first', 'second', 'third', 'fourth'])
  })

  test('[CM1] nor where the client had not been let in yet', async () => {
    const { south } = await setup()
    const client = await south.enter(ana, { again: true })
    client.says(chat('second', 'm2'))
    await settled()

    client.says(answer)
    client.says(chat('first', 'm1'))
    client.says(chat('second', 'm2'))
    for (let count = 0; count < 2; count++) await client.next('ACK')

    expect(lines(client)).toEqual(['first', 'second'])
  })

  test('[CM1] of a client that answers before it has its place are repeated once it has', async () => {
    const { south, host, adopted } = await setup()
    const opening = south.tap.holdCalls('open')
    const client = adopted([host], false)
    client.says(chat('second', 'm2'))

    client.says(answer)
    client.says(chat('first', 'm1'))
    client.says(chat('second', 'm2'))
    opening.release()
    for (let count = 0; count < 2; count++) await client.next('ACK')

    expect(lines(client)).toEqual(['first', 'second'])
  })

  test('[CM1] without an id are not repeated, so they stay, and nobody waits for them longer than for the others', async () => {
    const { host, adopted } = await setup()
    const client = adopted([host], false)
    await client.next('RECOVERED')
    client.says({ type: 'CHAT_MESSAGE', message: 'no name' })

    client.says(answer)
    await client.next('CHAT_MESSAGE')

    expect(lines(client)).toEqual(['no name'])
  })

  test('[CM11] of a client that says nothing for a second are not waited for any longer', async () => {
    const { host, adopted, passes } = await setup()
    const client = adopted([host], false)
    await client.next('RECOVERED')
    client.says(chat('second', 'm2'))
    await passes(999)
    const before = lines(client)

    await passes(1)
    await client.next('ACK')

    expect(before).toEqual([])
    expect(lines(client)).toEqual(['second'])
  })

  test('[CM11] nobody is waited for where the node let its clients go, or has had the answer', async () => {
    const { host, member, adopted } = await setup()
    const released = adopted([host], true)
    released.says(chat('at once', 'm1'))
    await released.next('ACK')
    const lost = adopted([member], false)
    await lost.next('RECOVERED')

    for (const frame of [answer, answer, chat('mine', 'm1'), answer]) lost.says(frame)
    await lost.next('ACK')

    expect(lines(lost)).toEqual(['mine'])
  })

  test('[CM8] its clock is answered meanwhile', async () => {
    const { host, adopted } = await setup()
    const client = adopted([host], false)
    await client.next('RECOVERED')

    client.says({ type: 'TIME_SYNC', t0: 1 })

    expect(await client.next('TIME_SYNC')).toBeDefined()
  })
})
