import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { sweep } from './sweep'

function setup() {
  const calls: string[] = []
  const clock = createManualClock(10_000_000_000)
  const deps = {
    users: { removeIdleGuests: async (beforeMs: number) => calls.push(`guests ${clock.nowMs() - beforeMs}`) },
    sessions: { sweep: async (nowMs: number, usedBeforeMs: number) => void calls.push(`sessions ${nowMs} ${nowMs - usedBeforeMs}`) },
    announcements: { sweep: async (nowMs: number) => void calls.push(`announcements ${nowMs}`) },
    attempts: { sweep: async (nowMs: number) => void calls.push(`attempts ${nowMs}`) },
    clock,
  }
  return { deps, calls }
}

test('[AU11] [AU24] [AU37] counts, sessions, successors older than a minute, old announcements and guests idle for 30 days are swept', async () => {
  const { deps, calls } = setup()

  await sweep(deps)

  expect(calls).toEqual([
    'attempts 10000000000',
    'sessions 10000000000 60000',
    'announcements 10000000000',
    `guests ${30 * 24 * 60 * 60_000}`,
  ])
})
