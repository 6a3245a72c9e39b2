import { quantilesOf } from '../../drift/quantiles'
import { createScene } from '../../support/scene'
import { faultSeed } from '../../support/seed'
import { timeGhosts } from './ghosts'
import { inPauses, pauseBoundMs, startRolling, timePauses } from './pauses'

/** How long it may be until a node looks again, on a machine that does other things too. */
const lookMs = 500

/** Times both bounds with every setting as by default, a line each; resolves to whether they were kept. */
export async function measureBounds(say: (line: string) => void): Promise<boolean> {
  const seed = faultSeed()
  say(`FAULT_SEED=${seed.text}`)
  const ghosts = await timeGhosts({ quick: false, seed: seed.number })
  for (const { name, tookMs, boundMs } of ghosts) say(`gone after ${name}: ${inS(tookMs)} of ${inS(boundMs)} s`)

  const stack = await startRolling({ quick: false })
  const scene = createScene(stack)
  try {
    const { pausesMs, endings } = await timePauses(scene, stack, seed.random('rolling'))
    say(`${inPauses(pausesMs)}; sockets that closed: ${endings.length}`)
    return (
      ghosts.every(({ tookMs, boundMs }) => tookMs <= boundMs + lookMs) && quantilesOf(pausesMs).p99 < pauseBoundMs && endings.length === 0
    )
  } finally {
    await stack.stop()
  }
}

const inS = (ms: number) => (ms / 1_000).toFixed(2)
