import { test } from 'bun:test'
import { createScene, type Scene } from './scene'
import { logsOf, type Stack } from './stack'

/** Declares a journey: a test with a scene of its own, whose failure shows what the processes logged. */
export type Journey = (name: string, walk: (scene: Scene) => Promise<void>) => void

const withinMs = 60_000

/** Journeys on a running stack, beside each other: most of what they do is wait. */
export const journeysOn =
  (stack: Stack): Journey =>
  (name, walk) =>
    test.concurrent(name, () => run(stack, walk), withinMs)

/** Journeys on a running stack that have it to themselves, for they break it. */
export const faultsOn =
  (stack: Stack): Journey =>
  (name, walk) =>
    test(name, () => run(stack, walk), withinMs)

async function run(stack: Stack, walk: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = createScene(stack)
  try {
    await walk(scene)
    scene.check()
  } catch (error) {
    process.stderr.write(`${logsOf(stack)}\n`)
    throw error
  } finally {
    await scene.end()
  }
}
