import { type Figures, figuresOf } from './figures'
import { frameMs, openParty, type Party, type PartyViewer } from './party'

/** The way between one viewer and the gateway. */
export interface Way {
  readonly roundTripMs: number
  /** The share of the round trip that is the way to the gateway. */
  readonly upShare: number
  /** Up to so much is added to each way of each frame. */
  readonly jitterMs: number
}

/** Three of them at 100 ms: evenly, and with the longer way there or back. */
export const ways: readonly [Way, ...Way[]] = [
  { roundTripMs: 100, upShare: 0.5, jitterMs: 20 },
  { roundTripMs: 100, upShare: 0.6, jitterMs: 20 },
  { roundTripMs: 100, upShare: 0.4, jitterMs: 20 },
]

export interface Plan {
  readonly rounds: number
  /** How long is watched after each start or jump, in seconds of the medium. */
  readonly watchedS: number
  /** How often the host pauses and plays again, a round. */
  readonly pauses: number
}

/** Part of `npm test`. */
export const shortPlan: Plan = { rounds: 1, watchedS: 3, pauses: 1 }
/** What figures are given for: some two minutes. */
export const longPlan: Plan = { rounds: 3, watchedS: 8, pauses: 2 }

const jumpToS = 30
/** How much is watched after somebody left to come again, in seconds of the medium. */
const afterComingS = 6

/** Has three people watch together, and gives what was seen. */
export async function watchTogether(plan: Plan, seed: number): Promise<Figures> {
  const party = await openParty({ ways, seed })
  try {
    await play(party, plan)
    return figuresOf(party.visits, frameMs)
  } finally {
    await party.end()
  }
}

/** Each round begins at 0, is paused and goes on, jumps, and has one who comes while the others play. */
async function play({ viewers }: Party, { rounds, watchedS, pauses }: Plan): Promise<void> {
  const [{ page: host }] = viewers
  const late = viewers.at(-1)
  const pause = () => host.evaluate(() => globalThis.viewer.pause())
  const begin = (timeS?: number) => host.evaluate((atS) => globalThis.viewer.play(atS), timeS)
  const jump = (timeS: number) => host.evaluate((toS) => globalThis.viewer.seek(toS), timeS)

  await Promise.all(viewers.map((viewer) => viewer.come(false)))
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await pause()
    await watched(viewers, watchedS, await begin(0))
    for (let turn = 1; turn <= pauses; turn++) {
      await pause()
      await watched(viewers, (1 + turn) * watchedS, await begin())
    }
    const version = await jump(jumpToS)
    await watched(viewers, jumpToS + watchedS, version)
    await late?.leave()
    await late?.come(true)
    await watched(viewers, jumpToS + watchedS + afterComingS, version)
  }
  await Promise.all(viewers.map((viewer) => viewer.leave()))
}

/** Resolves when all have seen that position, by that version of the timeline or a later one. */
async function watched(viewers: readonly PartyViewer[], positionS: number, version: number): Promise<void> {
  const wanted = [positionS, version] as const
  await Promise.all(viewers.map(({ page }) => page.evaluate(([toS, at]) => globalThis.viewer.sees(toS, at), wanted)))
}
