import { afterAll, describe, expect } from 'bun:test'
import type { AppProcess } from '../support/app-process'
import { startDistributed } from '../support/distributed'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import { startParty } from '../support/party'
import { faultSeed } from '../support/seed'
import { until } from '../support/until'

const seed = faultSeed()
const stack = await startDistributed({
  gateways: [
    [0, 1, 2],
    [0, 1, 2],
  ],
  syncs: 3,
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())

const ways = {
  killed: (node: AppProcess) => node.kill(),
  'asked to go': (node: AppProcess) => node.terminate(),
} as const

describe(`sync nodes, one after the other, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault('[G9] killed, and asked to go, under load: no socket closes, nothing is lost or doubled, and pauses are short', async (scene) => {
    const random = seed.random('rolling')
    const parties = await Promise.all([0, 1, 2, 3].map(() => startParty({ scene, random, guests: 4, pauseMs: 20 })))
    const goOn = (lines: number) => Promise.all(parties.map((party) => party.goesOn(lines)))
    const pausesMs: number[] = []
    await goOn(5)
    for (const party of parties) party.pausesMs()

    for (const goes of Object.values(ways)) {
      for (const node of stack.syncs) {
        const gone = goes(node)
        await goOn(5)
        await gone
        await node.start()
        await linked()
        await goOn(5)
        pausesMs.push(...parties.flatMap((party) => party.pausesMs()))
      }
    }
    for (const party of parties) await party.settles()

    const viewers = parties.flatMap((party) => party.viewers)
    const ordered = pausesMs.toSorted((one, other) => one - other)
    expect(viewers.flatMap(({ endings }) => endings)).toEqual([])
    expect(viewers.flatMap(({ history }) => history.frames).filter((text) => text.includes('"type":"USER_LEFT"'))).toEqual([])
    // Of each of the twenty the longest, for each of six nodes that went.
    expect(ordered).toHaveLength(120)
    expect(ordered[Math.ceil(0.99 * ordered.length) - 1]).toBeLessThan(1_500)
    await Promise.all(parties.map((party) => party.ends()))
  })

  for (const [how, { guests, befall, mend }] of Object.entries({
    killed: { guests: 2, befall: (node: AppProcess) => node.kill(), mend: (node: AppProcess) => node.start() },
    frozen: { guests: 3, befall: async (node: AppProcess) => node.suspend(), mend: async (node: AppProcess) => node.resume() },
  }))
    fault(
      `[G9] [CM1] ${how}, while commands are sent without waiting for answers: they take effect in the order sent`,
      async ({ room }) => {
        await linked()
        const { clients } = await room(guests)
        const [hosts] = clients
        const node = await nodeOf(clients.length)
        const streams = clients.map(stream)
        await until(() => streams.every(({ sent }) => sent.length >= 10))

        await befall(node)
        await Promise.all(clients.map((client) => client.next('RECOVERED', undefined, 10_000)))
        const before = streams[0]?.sent.length ?? 0
        await until(() => streams.every(({ sent }) => sent.length >= before + 10))
        const places = await Promise.all(streams.map(({ stop }) => stop()))
        await mend(node)

        for (const its of places) expect(its).toEqual(its.toSorted((one, other) => one - other))
        expect(new Set(places.flat()).size).toBe(places.flat().length)
        expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
        await hosts.reaches(Math.max(...places.flat()))
        await linked()
      },
    )
})

/** Lines at short intervals, whatever becomes of those before. */
function stream(client: LiveClient, who: number) {
  const sent: Promise<number>[] = []
  const timer = setInterval(() => sent.push(client.command({ type: 'CHAT_MESSAGE', message: `${who}.${sent.length}` })), 25)
  return {
    sent,
    /** Ends it, and resolves with the places at which they took effect, in the order sent. */
    stop(): Promise<number[]> {
      clearInterval(timer)
      return Promise.all(sent)
    },
  }
}

/** The node that has these clients, and no others; nobody else is anywhere. */
async function nodeOf(clients: number): Promise<AppProcess> {
  return until(async () => {
    const counts = await Promise.all(stack.syncs.map((node) => node.metric('sync_sessions')))
    if (counts.reduce((sum, count) => sum + count, 0) !== clients) return undefined
    return stack.syncs[counts.indexOf(clients)]
  }).then((node) => {
    if (!node) throw new Error('nobody has them')
    return node
  })
}

async function linked(): Promise<void> {
  const up = async () => (await Promise.all(stack.gateways.map((gateway) => gateway.metric('gateway_links')))).join()
  await until(async () => (await up()) === '3,3', { withinMs: 15_000 })
}
