import type { DistributedStack } from '../../support/distributed'
import { startParty } from '../../support/party'
import type { Random } from '../../support/random'
import { createScene } from '../../support/scene'
import { until } from '../../support/until'
import { openViewer } from '../../support/viewer'
import { drawMishap } from './mishaps'

/** What a round came to. */
export interface RoundReport {
  /** What went wrong on purpose, in order. */
  readonly mishaps: readonly string[]
  readonly viewers: number
  readonly commands: number
  readonly reconnects: number
}

/**
 * A room talks while one thing after another goes wrong, and people come and go; then all is put right, and the whole
 * history is held to everything that Matinee promises. Throws what was not so; `note` hears of each mishap as it begins.
 */
export async function runRound(stack: DistributedStack, random: Random, note: (what: string) => void = () => {}): Promise<RoundReport> {
  const mishaps: string[] = []
  const scene = createScene(stack)
  await untilWhole(stack)
  const party = await startParty({ scene, random, guests: 5, atOnce: 1 + random.below(3), pauseMs: 20, silenceMs: 2_500 })
  // Those who come later have asked to enter by now: HTTP may be what goes wrong.
  const late = await Promise.all([1, 2].map((place) => scene.guest(`Late ${place}`)))
  await Promise.all(late.map(({ http, token }) => http.join(token, party.code)))
  try {
    await party.goesOn(3)
    const under: { readonly end: () => unknown; readonly ends: number }[] = []
    const turns = 3 + random.below(4)
    for (let turn = 0; turn < turns; turn++) {
      const mishap = drawMishap(stack, party, random)
      mishaps.push(mishap.name)
      note(mishap.name)
      await mishap.begin()
      under.push({ end: () => mishap.end(), ends: turn + random.below(2) })
      await pause(100 + random.below(1_500))
      const [person] = turn % 2 === 1 ? late.splice(0, 1) : []
      if (person)
        party.joins(
          openViewer({
            person,
            code: party.code,
            urls: [stack.socketUrls[0] ?? '', ...stack.socketUrls.slice(1)],
            random,
            silenceMs: 2_500,
          }),
        )
      for (const one of under.filter(({ ends }) => ends === turn)) {
        await one.end()
        under.splice(under.indexOf(one), 1)
      }
    }
    for (const { end } of under) await end()
    for (const wire of stack.wires.values()) wire.heal()
    await untilWhole(stack)
    if (random.below(2) === 0) await party.viewers.at(-1)?.leave()
    await party.goesOn(3, 30_000)
    const { commands } = await party.settles(20_000)
    const reconnects = party.viewers.reduce((sum, { endings }) => sum + endings.length, 0)
    return { mishaps, viewers: party.viewers.length, commands: commands.length, reconnects }
  } finally {
    await party.ends()
  }
}

/** Resolves when every process runs and every gateway has its links. */
async function untilWhole(stack: DistributedStack): Promise<void> {
  const servers = [stack.redis, stack.nats, stack.postgres]
  for (const each of [...servers, ...stack.processes]) each.resume()
  await Promise.all(servers.map((server) => server.start()))
  await Promise.all(stack.processes.map((app) => app.start()))
  const ready = async () => (await Promise.all(stack.processes.map((app) => app.isReady()))).every(Boolean)
  await until(ready, { withinMs: 30_000, everyMs: 50 })
  await stack.linked(30_000)
}

async function pause(forMs: number): Promise<void> {
  const beganMs = performance.now()
  await until(() => performance.now() - beganMs >= forMs)
}
