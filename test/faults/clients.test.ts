import { afterAll, describe, expect } from 'bun:test'
import { startDistributed } from '../support/distributed'
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy'
import { faultsOn } from '../support/journey'
import { startParty } from '../support/party'
import { faultSeed } from '../support/seed'
import { someAtOnce } from '../support/some-at-once'
import { until } from '../support/until'
import { agree, countOf, mostFrames, openCrowdMember } from './crowd.fixture'

const seed = faultSeed()
const stack = await startDistributed({
  gateways: [[0, 1], [1]],
  syncs: 2,
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off', CLIENT_IDLE_S: '6' } },
})
const proxies: FaultProxy[] = []
afterAll(async () => {
  for (const proxy of proxies) proxy.stop()
  await stack.stop()
})
/** How many make a crowd, and a few more, for some of them may be on their way. */
const crowdSize = 220
const [gateway] = stack.gateways
if (!gateway) throw new Error('there should be a gateway')

describe(`clients, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault('[GW38] that stop reading are closed, hold little of the gateway, harm nobody, and resume', async (scene) => {
    const [random, slow] = [seed.random('slow'), door()]
    // Lines as long as they may be, for what a kernel buffers is much.
    const party = await startParty({
      ...{ scene, random, guests: 11, talkers: 4, atOnce: 4 },
      urlsOf: (place) => (place < 4 ? [plainDoor(place)] : [slow.url]),
      line: (who, at) => `${who}.${at} ${'映'.repeat(1_900)}`,
    })
    const [talkers, slowOnes] = [party.viewers.slice(0, 4), party.viewers.slice(4)]
    await party.goesOn(60)
    const beforeBytes = await residentBytes()
    party.pausesMs()

    slow.proxy.set({ flow: 'held' }, 'down')
    await until(() => party.goesOn(20).then(async () => (await given('')) >= slowOnes.length), { withinMs: 40_000 })
    const pausesMs = party.pausesMs().slice(0, talkers.length)
    const grownBytes = (await residentBytes()) - beforeBytes
    slow.proxy.heal()
    slow.proxy.reset()
    await party.settles()

    // One that reads nothing does not answer pings either, which some are found by first.
    expect(await given('reason="too_slow"')).toBeGreaterThan(0)
    expect(slowOnes.map(({ endings }) => endings.length > 0 && [4408, 1006].includes(endings[0]?.code ?? 0))).not.toContain(false)
    expect(talkers.flatMap(({ endings }) => endings)).toEqual([])
    // Each may hold 256 KiB, and what Bun was given before that shows; unbounded, the eight would hold far more.
    expect(grownBytes).toBeLessThan(64 * 1024 * 1024)
    // Those who stall are given up after five seconds, by whichever way: whoever had to wait for one would have waited that long.
    expect(Math.max(...pausesMs)).toBeLessThan(3_000)
    await party.ends()
  })

  fault(
    '[GW38] whose network is gone without a word are gone for the room too, after the idle time, and come back to it',
    async (scene) => {
      const [random, dark] = [seed.random('half-open'), door()]
      const party = await startParty({
        ...{ scene, random, guests: 3, talkers: 2, pauseMs: 100 },
        urlsOf: (place) => (place < 2 ? [plainDoor(place)] : [dark.url]),
      })
      const [host, , lost] = party.viewers

      dark.proxy.set({ flow: 'lost' })
      const left = await host.client.next('USER_LEFT', ({ user }) => user.id === lost?.person.id, 30_000)
      dark.proxy.heal()
      for (const viewer of party.viewers.slice(2)) viewer.drop()
      await party.goesOn(5)

      expect(left.user.id).toBe(lost?.person.id ?? '')
      await party.settles()
      expect(lost?.history.frames.some((text) => text.includes('"resumed":true'))).toBe(true)
      await party.ends()
    },
  )

  fault('that come and go all the time miss nothing, and nobody is told that they went', async (scene) => {
    const random = seed.random('flapping')
    const doors = [door(), door()] as const
    const party = await startParty({
      scene,
      random,
      guests: 7,
      pauseMs: 20,
      urlsOf: (place) => [doors[place % 2]?.url ?? '', plainDoor(0), plainDoor(1)],
    })
    const endings = () => party.viewers.flatMap((viewer) => viewer.endings)

    while (endings().length < 50) {
      if (random.below(4) === 0) random.pick(doors).proxy.reset()
      else random.pick(party.viewers).drop()
      await until(() => party.viewers.filter(({ client }) => client.isOpen).length > 4)
      await party.goesOn(1)
    }
    await party.settles()

    expect(party.viewers.flatMap(({ history }) => history.frames).filter((text) => text.includes('"type":"USER_LEFT"'))).toEqual([])
    await party.ends()
  })

  fault('all of a large room who come back at once all get in, and miss nothing', async (scene) => {
    const [random, everybody] = [seed.random('storm'), door()]
    const party = await startParty({ scene, random, guests: 149, talkers: 5, pauseMs: 200, urlsOf: () => [everybody.url] })
    await party.goesOn(2)

    const beganMs = performance.now()
    everybody.proxy.reset()
    await until(() => party.viewers.every(({ endings }) => endings.length > 0))
    await Promise.all(party.viewers.map((viewer) => viewer.enters()))
    const backMs = performance.now() - beganMs
    await party.goesOn(2)
    await party.settles()

    // Once each: nobody was turned away, or had to come again.
    expect(party.viewers.flatMap(({ endings }) => endings.map(({ code }) => code))).toEqual(Array(150).fill(1006))
    expect(backMs).toBeLessThan(5_000)
    await party.ends()
  })

  fault('[G11] five hundred who come to a crowd at once all get in, and are told of together, however many they are', async (scene) => {
    const everybody = door()
    const host = await scene.guest('Host', 0)
    const { room_code: code } = await host.create()
    // More than 200 are a crowd already.
    const names = Array.from({ length: crowdSize - 1 + 500 }, (_, at) => `Guest ${at}`)
    const guests = await someAtOnce(names, async (name, at) => {
      const { http, token } = await scene.guest(name, at)
      await http.join(token, code)
      return token
    })
    const tokens: readonly string[] = [host.token, ...guests]
    const there = tokens.slice(0, crowdSize).map((token, place) => openCrowdMember({ url: plainDoor(place), code, token }))
    await agree(there, crowdSize)
    const usersBefore = countOf(there, 'USER_JOINED')

    const newcomers = tokens.slice(crowdSize).map((token) => openCrowdMember({ url: everybody.url, code, token }))
    const all = [...there, ...newcomers]
    await agree(all, all.length)

    // Nobody is announced alone: each gets its state, and a PRESENCE for every second that it took.
    expect(countOf(all, 'USER_JOINED')).toBe(usersBefore)
    expect(mostFrames(newcomers)).toBeLessThan(25)
    expect(countOf(newcomers, 'ROOM_STATE')).toBe(newcomers.length)

    everybody.proxy.reset()
    await until(() => newcomers.every(({ isOver }) => isOver))
    for (const member of newcomers) member.comesBack()
    await agree(all, all.length)

    expect(countOf(all, 'USER_JOINED') + countOf(all, 'USER_LEFT')).toBe(usersBefore)
    expect(mostFrames(newcomers)).toBeLessThan(25)
    expect(newcomers.filter(({ isOver }) => isOver)).toEqual([])
    for (const member of all) member.leaves()
  })

  fault('[G3] of a gateway that is killed come back by another one, and resume', async (scene) => {
    const random = seed.random('gateway')
    const party = await startParty({ scene, random, guests: 5 })
    await party.goesOn(5)

    await gateway.kill()
    await party.goesOn(10)
    await gateway.start()
    await party.goesOn(5)
    const { clients } = await party.settles()

    const itsOwn = party.viewers.filter((_, place) => place % 2 === 0)
    expect(itsOwn.map(({ endings }) => endings[0]?.code)).toEqual(itsOwn.map(() => 1006))
    expect(party.viewers.filter((_, place) => place % 2 === 1).flatMap(({ endings }) => endings)).toEqual([])
    const states = clients.map(({ frames }) => frames.filter((text) => text.includes('"type":"ROOM_STATE"')).slice(1))
    expect(states.flat().every((text) => text.includes('"resumed":true'))).toBe(true)
    await party.ends()
  })
})

/** A way to the first gateway of some clients' own. */
function door() {
  const proxy = openFaultProxy({ target: Number(new URL(plainDoor(0)).port), seed: seed.number })
  proxies.push(proxy)
  return { proxy, url: `ws://127.0.0.1:${proxy.port}` }
}

function plainDoor(place: number): string {
  const url = stack.socketUrls[place % stack.socketUrls.length]
  if (url === undefined) throw new Error('there should be two gateways')
  return url
}

const residentBytes = () => gateway.metric('process_resident_memory_bytes')
const given = (reason: string) => gateway.metric('gateway_socket_refusals_total', reason)
