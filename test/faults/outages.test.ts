import { afterAll, describe, expect } from 'bun:test'
import { startDistributed } from '../support/distributed'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import { startParty } from '../support/party'
import type { Person } from '../support/scene'
import { faultSeed } from '../support/seed'
import type { TestServer } from '../support/server'
import { until } from '../support/until'

const seed = faultSeed()
// Each room's people sit on both nodes; the first gateway and the third lead to one of them.
const stack = await startDistributed({
  ...{ gateways: [[0], [1], [0]], syncs: 2, seed: seed.number },
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())
const { nats, postgres } = stack
const [gateway] = stack.gateways
const [frozenUrl, plainUrl, nearUrl] = stack.socketUrls
if (!gateway || !frozenUrl || !plainUrl || !nearUrl) throw new Error('there should be three gateways')

const ways = {
  killed: { befall: (server: TestServer) => server.kill(), mend: (server: TestServer) => server.start() },
  frozen: { befall: async (server: TestServer) => server.suspend(), mend: async (server: TestServer) => server.resume() },
}

describe(`what rooms can do without, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  for (const [how, { befall, mend }] of Object.entries(ways)) {
    fault(`[G12] PostgreSQL ${how}: HTTP says so with 503, live rooms go on; back: HTTP does too`, async (scene) => {
      const random = seed.random(`postgres ${how}`)
      const party = await startParty({ scene, random, guests: 3, pauseMs: 10, choosesVideos: false })
      const [{ person: host }] = party.viewers
      await party.goesOn(5)

      await befall(postgres)
      const asked = Promise.allSettled([host.http.room(host.token, party.code), scene.guest('Late')])
      await party.goesOn(10)
      const refused = await asked
      await mend(postgres)
      const late = await until(() => scene.guest('Late').catch(() => undefined), { withinMs: 15_000, everyMs: 100 })
      await until(() => host.http.room(host.token, party.code), { withinMs: 15_000, everyMs: 100 })
      const lates = await late?.join(party.code)
      await lates?.command({ type: 'CHAT_MESSAGE', message: 'at last' })
      await lates?.close()
      await party.goesOn(5)
      await party.settles()

      for (const answer of refused)
        expect(answer).toMatchObject({ status: 'rejected', reason: { status: 503, problem: { code: 'unavailable', retryable: true } } })
      expect(party.viewers.flatMap(({ endings }) => endings)).toEqual([])
      await party.ends()
    })

    fault(`[G6] [G12] NATS ${how}: live rooms go on, and what was approved before it and meanwhile arrives once`, async (scene) => {
      const random = seed.random(`nats ${how}`)
      const party = await startParty({ scene, random, guests: 3, pauseMs: 10 })
      const [ana, ben, cleo] = [await scene.guest('Ana', 0), await scene.guest('Ben', 1), await scene.guest('Cleo', 0)]
      const { room_code: code, room_id: roomId } = await ana.create({ is_private: true })
      const anas = await ana.enter(code)
      const [bens, cleos] = [await waits(ben, code), await waits(cleo, code)]
      for (const one of [ben, cleo]) await anas.next('PARTICIPANT_PENDING', ({ user }) => user.id === one.id)

      await ana.http.approve(ana.token, roomId, ben.id)
      await befall(nats)
      await ana.http.approve(ana.token, roomId, cleo.id)
      await party.goesOn(10)
      await mend(nats)
      await Promise.all([bens, cleos].map((client) => client.next('ROOM_STATE', undefined, 35_000)))
      await until(() => [ben, cleo].every((one) => arrivals(anas, one) > 0))
      // What comes by NATS after it has come by NATS too: a second arrival would be here by now.
      const dan = await scene.guest('Dan', 1)
      const dans = await waits(dan, code)
      await ana.http.approve(ana.token, roomId, dan.id)
      await dans.next('ROOM_STATE', undefined, 15_000)
      await party.settles()

      expect([ben, cleo].map((one) => arrivals(anas, one))).toEqual([1, 1])
      expect([bens, cleos].map(({ frames }) => frames.filter(({ type }) => type === 'ROOM_STATE').length)).toEqual([1, 1])
      expect(party.viewers.flatMap(({ endings }) => endings)).toEqual([])
      await party.ends()
    })
  }
})

describe(`a gateway that freezes, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  for (const [how, { silenceMs, doors }] of Object.entries({
    'its clients notice the silence, come by another one, and resume; nobody is told that they went': {
      silenceMs: 1_500,
      doors: [frozenUrl, nearUrl] as const,
    },
    'those who wait for it count as gone, and go on when it does': { silenceMs: undefined, doors: [frozenUrl] as const },
  }))
    fault(`[G3] [G7] others notice nothing; ${how}`, async (scene) => {
      const its = (place: number) => place % 2 === 0
      await stack.linked()
      const party = await startParty({
        ...{ scene, random: seed.random(how), guests: 5, pauseMs: 10 },
        ...(silenceMs === undefined ? {} : { silenceMs }),
        urlsOf: (place) => (its(place) ? doors : [plainUrl]),
      })
      const [theirs, others] = [true, false].map((wanted) => party.viewers.filter((_, place) => its(place) === wanted))
      const gone = () => others?.[0]?.client.frames.filter(({ type }) => type === 'USER_LEFT').length
      await party.goesOn(5)

      gateway.suspend()
      if (silenceMs !== undefined) await party.goesOn(10)
      else await until(() => gone() === theirs?.length, { withinMs: 12_000 })
      gateway.resume()
      await party.goesOn(10)
      const { clients } = await party.settles()

      const again = clients.flatMap(({ frames }) => frames.filter((text) => text.includes('"type":"ROOM_STATE"')).slice(1))
      expect(gone()).toBe(silenceMs === undefined ? 3 : 0)
      expect(others?.flatMap(({ endings }) => endings)).toEqual([])
      expect(theirs?.every(({ endings }) => endings.length > 0)).toBe(silenceMs !== undefined)
      expect(again.filter((text) => !text.includes('"resumed":true'))).toEqual([])
      await party.ends()
    })
})

async function waits(person: Person, code: string): Promise<LiveClient> {
  await person.http.join(person.token, code)
  const client = person.open(code, { lobby: true })
  await client.next('LOBBY')
  return client
}

/** How often the client was told that this person is let in. */
const arrivals = ({ frames }: LiveClient, { id }: Person): number =>
  frames.filter((frame) => frame.type === 'PARTICIPANT_APPROVED' && frame.user.id === id).length
