import { expect, test } from 'bun:test'
import { faultSeed } from '../support/seed'
import { timeGhosts } from './bounds/ghosts'

const seed = faultSeed()
/** What no setting shortens: a node looks at its links and its log now and then, and the machine is busy. */
const allowedMs = 1_000

test(`[G7] whoever is gone is shown as gone within the bounds, on real processes, with FAULT_SEED=${seed.text}`, async () => {
  const times = await timeGhosts({ quick: true, seed: seed.number })

  const late = times.filter(({ tookMs, boundMs, quickerByMs }) => tookMs > boundMs - quickerByMs + allowedMs)
  expect(late).toEqual([])
  expect(times.length).toBe(6)
}, 60_000)
