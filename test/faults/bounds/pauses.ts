import { quantilesOf } from '../../drift/quantiles'
import type { AppProcess } from '../../support/app-process'
import { type DistributedStack, startDistributed } from '../../support/distributed'
import type { Ending } from '../../support/live-client'
import { startParty } from '../../support/party'
import type { Random } from '../../support/random'
import type { Scene } from '../../support/scene'

/** What 99 of 100 pauses are to be under (G9). */
export const pauseBoundMs = 1_500

/** What people saw while one node after the other went. */
export interface Pauses {
  /** The longest that each of them waited for an answer, for each node that went. */
  readonly pausesMs: readonly number[]
  /** Of the twenty, before they left: how their sockets ended, and every frame they were given. */
  readonly endings: readonly Ending[]
  readonly frames: readonly string[]
}

/** Two gateways and three sync nodes, any of which may serve any room. */
export const startRolling = ({ quick = true } = {}): Promise<DistributedStack> =>
  startDistributed({
    gateways: [
      [0, 1, 2],
      [0, 1, 2],
    ],
    syncs: 3,
    quick,
    environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
  })

const ways: readonly ((node: AppProcess) => Promise<unknown>)[] = [(node) => node.kill(), (node) => node.terminate()]

/**
 * Four rooms of five talk while each node is killed and started again, then asked to go and replaced, one after the other.
 * Throws unless the whole history is sound.
 */
export async function timePauses(scene: Scene, stack: DistributedStack, random: Random): Promise<Pauses> {
  const parties = await Promise.all([0, 1, 2, 3].map(() => startParty({ scene, random, guests: 4, pauseMs: 20 })))
  const goOn = () => Promise.all(parties.map((party) => party.goesOn(5)))
  const pausesMs: number[] = []
  await goOn()
  for (const party of parties) party.pausesMs()

  for (const goes of ways) {
    for (const node of stack.syncs) {
      const gone = goes(node)
      await goOn()
      await gone
      await node.start()
      await stack.linked(15_000)
      await goOn()
      pausesMs.push(...parties.flatMap((party) => party.pausesMs()))
    }
  }
  for (const party of parties) await party.settles()
  const viewers = parties.flatMap((party) => party.viewers)
  const endings = viewers.flatMap((viewer) => viewer.endings)
  const frames = viewers.flatMap(({ history }) => history.frames)
  await Promise.all(parties.map((party) => party.ends()))
  return { pausesMs, endings, frames }
}

/** The pauses in a line. */
export function inPauses(pausesMs: readonly number[]): string {
  const { p50, p95, p99, count } = quantilesOf(pausesMs)
  return `pauses of ${count}, ms: p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)}, p99 ${p99.toFixed(0)}, longest ${Math.max(...pausesMs).toFixed(0)}`
}
