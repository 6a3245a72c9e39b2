import type { Random } from '@matinee/test/support'
import type { Scenario } from './party.fixture'
import type { ViewerTraits } from './viewer.fixture'

const from = (random: Random, least: number, most: number) => least + random.next() * (most - least)

/** A clock somewhere within 5 s that drifts by up to 100 ppm, a player as there are many. */
const somebody = (random: Random): ViewerTraits => ({
  clockOffsetMs: from(random, -5_000, 5_000),
  clockSkewPpm: from(random, -100, 100),
  way: { roundTripMs: 100, upShare: from(random, 0.4, 0.6), jitterMs: 20, loss: 0 },
  player: {
    startMs: from(random, 30, 120),
    startJitterMs: from(random, 2, 10),
    seekMs: from(random, 60, 300),
    seekJitterMs: from(random, 5, 40),
    loadMs: from(random, 200, 1_500),
    skewPpm: from(random, -100, 100),
    noiseMs: from(random, 0, 4),
  },
})

/** Near and far, lossy, with more of a difference between the two ways. */
const anybody = (random: Random): ViewerTraits => ({
  ...somebody(random),
  way: { roundTripMs: from(random, 20, 300), upShare: from(random, 0.35, 0.65), jitterMs: 20, loss: 0.02 },
})

/** Beside them, one in four whose player is slow in all it does. */
const unlucky = (random: Random): ViewerTraits => {
  const one = anybody(random)
  if (random.next() > 0.25) return one
  return {
    ...one,
    player: {
      ...one.player,
      startMs: from(random, 150, 400),
      startJitterMs: 25,
      seekMs: from(random, 400, 1_200),
      seekJitterMs: 150,
      noiseMs: 12,
    },
  }
}

/** What the figures are given for. */
export const scenarios = {
  reference: {
    name: '10 at 100 ms, jitter 20 ms, ways 40:60 to 60:40',
    viewers: 10,
    forMs: 240_000,
    traits: somebody,
    stallEveryMs: 0,
    late: 0.3,
  },
  two: { name: '2, the same', viewers: 2, forMs: 240_000, traits: somebody, stallEveryMs: 0, late: 0 },
  crowd: { name: '100, the same', viewers: 100, forMs: 120_000, traits: somebody, stallEveryMs: 0, late: 0.3 },
  far: {
    name: '10 at 20 to 300 ms, 2 % lost, ways 35:65 to 65:35',
    viewers: 10,
    forMs: 240_000,
    traits: anybody,
    stallEveryMs: 0,
    late: 0.3,
  },
  rough: {
    name: '10, the same, stalls every 30 s, slow players',
    viewers: 10,
    forMs: 240_000,
    traits: unlucky,
    stallEveryMs: 30_000,
    late: 0.3,
  },
} as const satisfies Record<string, Scenario>
