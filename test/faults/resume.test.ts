import { afterAll, describe, expect } from 'bun:test'
import { RedisClient } from 'bun'
import { awakeMs } from '../support/awake'
import { startDistributed } from '../support/distributed'
import { expectOneHistory, linesOf } from '../support/history'
import { faultsOn } from '../support/journey'
import { startParty } from '../support/party'
import { faultSeed } from '../support/seed'
import { insist } from '../support/talk'

const seed = faultSeed()
// Each room's people sit on both nodes.
const stack = await startDistributed({
  gateways: [[0], [1]],
  syncs: 2,
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
const operator = new RedisClient(stack.redis.url)
afterAll(async () => {
  operator.close()
  await stack.stop()
})
const [here = '', there = ''] = stack.socketUrls

describe(`coming back, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault('[G3] after everything but Redis was killed: by another gateway, to another node, with all that was missed', async (scene) => {
    const party = await startParty({ scene, random: seed.random('all killed'), guests: 5 })
    await party.goesOn(5)

    await Promise.all(stack.processes.map((app) => app.kill()))
    await Promise.all(stack.processes.map((app) => app.start()))
    await party.goesOn(5)
    const { clients } = await party.settles()

    const states = clients.map(({ frames }) => frames.filter((text) => text.includes('"type":"ROOM_STATE"')))
    expect(party.viewers.map(({ endings }) => endings[0]?.code)).toEqual(Array(6).fill(1006))
    expect(states.every((its) => its.length > 1)).toBe(true)
    expect(states.flatMap(([, ...later]) => later).filter((text) => !text.includes('"resumed":true'))).toEqual([])
    await party.ends()
  })

  fault('[G5] a command under the same id takes effect once: on another socket, node and gateway, and after restarts', async ({ room }) => {
    const { code, clients, guests } = await room(1)
    const [hosts, bens = hosts] = clients
    const [ben] = guests
    if (!ben) throw new Error('nobody came')
    const [wish, id] = [{ type: 'CHAT_MESSAGE', message: 'said once' } as const, 'the only one']
    const first = await bens.command(wish, id)
    const again = async (url: string) => insist(await ben.enter(code, { url }), wish, id)

    const places = [await again(here), await again(there)]
    await Promise.all(stack.syncs.map((node) => node.kill()))
    await Promise.all(stack.syncs.map((node) => node.start()))
    places.push(await again(here))
    await stack.redis.kill()
    await stack.redis.start()
    // Each node comes to know of it by itself: until then who comes is told to come again.
    await Promise.all(
      [hosts, bens].map((client) => client.next('ROOM_STATE', (state) => !state.resumed && state.reason === 'epoch', 15_000)),
    )
    places.push(await insist(hosts, { type: 'CHAT_MESSAGE', message: 'since then' }).then(() => again(there)))

    expect(places).toEqual(places.map(() => first))
    const said = hosts.frames.filter((frame) => frame.type === 'CHAT_MESSAGE' && frame.message === wish.message)
    expect(said).toHaveLength(1)
    expect(linesOf(hosts)).not.toContain(wish.message)
  })

  fault('[G5] a command whose answer was lost with its socket takes effect once', async ({ room }) => {
    const { code, clients, guests } = await room(1)
    const [hosts, bens = hosts] = clients
    const wish = { type: 'CHAT_MESSAGE', message: 'did you hear?' } as const

    const unheard = bens.command(wish, 'unheard').catch(() => 'unheard')
    await hosts.next('CHAT_MESSAGE')
    bens.drop()
    const back = await guests[0]?.enter(code, { url: here, since: bens.place })
    const seq = await back?.command(wish, 'unheard')
    const outcome = await unheard

    expect(['unheard', seq]).toContain(outcome)
    expect(linesOf(hosts)).toEqual([wish.message])
    await expectOneHistory([hosts])
  })
})

describe(`a message of the channel that is lost, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)
  /** From now on nobody is told of what is appended to this room, or again both nodes are. */
  const publishing = (code: string, on: boolean) => operator.send('HSET', [`{${code}}:state`, 'served', on ? '*' : ''])

  fault('[G2] is noticed by the next one, and read from the log: within 250 ms', async ({ room }) => {
    const { code, clients } = await room(1)
    const [hosts, bens = hosts] = clients
    const tookMs: number[] = []

    for (let round = 0; round < 9; round++) {
      await publishing(code, false)
      await hosts.command({ type: 'CHAT_MESSAGE', message: `lost ${round}` })
      await publishing(code, true)
      const sentMs = awakeMs()
      await bens.reaches(await hosts.command({ type: 'CHAT_MESSAGE', message: `next ${round}` }))
      tookMs.push(awakeMs() - sentMs)
    }

    expect(Math.max(...tookMs)).toBeLessThan(250)
    await expectOneHistory(clients)
  })

  fault('[G2] with nothing after it, is found all the same: within 10 s, at a tenth of them here', async ({ room }) => {
    const { code, clients } = await room(1)
    const [hosts, bens = hosts] = clients

    await publishing(code, false)
    const seq = await hosts.command({ type: 'CHAT_MESSAGE', message: 'last words' })
    const saidMs = awakeMs()
    await bens.reaches(seq, 10_000)

    // A tenth of 10 s, and a beat.
    expect(awakeMs() - saidMs).toBeLessThan(1_300)
    await expectOneHistory(clients)
  })
})
