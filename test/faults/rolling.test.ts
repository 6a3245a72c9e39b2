import { afterAll, describe, expect } from 'bun:test'
import { quantilesOf } from '../drift/quantiles'
import type { AppProcess } from '../support/app-process'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import { faultSeed } from '../support/seed'
import { until } from '../support/until'
import { inPauses, pauseBoundMs, startRolling, timePauses } from './bounds/pauses'

const seed = faultSeed()
const stack = await startRolling()
afterAll(() => stack.stop())

describe(`sync nodes, one after the other, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault('[G9] killed, and asked to go, under load: no socket closes, nothing is lost or doubled, and pauses are short', async (scene) => {
    const { pausesMs, endings, frames } = await timePauses(scene, stack, seed.random('rolling'))

    process.stdout.write(`${inPauses(pausesMs)}\n`)
    expect(endings).toEqual([])
    expect(frames.filter((text) => text.includes('"type":"USER_LEFT"'))).toEqual([])
    // Of each of the twenty the longest, for each of six nodes that went.
    expect(pausesMs).toHaveLength(120)
    expect(quantilesOf(pausesMs).p99).toBeLessThan(pauseBoundMs)
  })

  for (const [how, { guests, befall, mend }] of Object.entries({
    killed: { guests: 2, befall: (node: AppProcess) => node.kill(), mend: (node: AppProcess) => node.start() },
    frozen: { guests: 3, befall: async (node: AppProcess) => node.suspend(), mend: async (node: AppProcess) => node.resume() },
  }))
    fault(
      `[G9] [CM1] ${how}, while commands are sent without waiting for answers: they take effect in the order sent`,
      async ({ room }) => {
        await stack.linked(15_000)
        const { clients } = await room(guests)
        const [hosts] = clients
        const node = await nodeOf(clients.length)
        const streams = clients.map(stream)
        await until(() => streams.every(({ sent }) => sent.length >= 10))

        await befall(node)
        await Promise.all(clients.map((client) => client.next('RECOVERED', undefined, 10_000)))
        const before = streams.map(({ sent }) => sent.length)
        await until(() => streams.every(({ sent }, who) => sent.length >= (before[who] ?? 0) + 10))
        const places = await Promise.all(streams.map(({ stop }) => stop()))
        await mend(node)

        for (const its of places) expect(its).toEqual(its.toSorted((one, other) => one - other))
        expect(new Set(places.flat()).size).toBe(places.flat().length)
        expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
        await hosts.reaches(Math.max(...places.flat()))
        await stack.linked(15_000)
      },
    )
})

/** Fewer than the 64 that a node takes of one socket at once, however long it takes until they are answered. */
const mostUnanswered = 48

/** Lines at short intervals, whatever becomes of those before. */
function stream(client: LiveClient, who: number) {
  const sent: Promise<number>[] = []
  const say = () => {
    if (client.unanswered < mostUnanswered) sent.push(client.command({ type: 'CHAT_MESSAGE', message: `${who}.${sent.length}` }))
  }
  const timer = setInterval(say, 25)
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
