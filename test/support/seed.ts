import { createRandom, type Random } from './random'

/** What chance does in a run of faults: `FAULT_SEED` repeats it. */
export interface FaultSeed {
  readonly text: string
  readonly number: number
  /** Chance of its own for one test, so that tests before it change nothing of it. */
  random(name: string): Random
}

/** Reads `FAULT_SEED`, or makes one up; whoever uses it shows it in the names of its tests. */
export function faultSeed(given?: string): FaultSeed {
  const { FAULT_SEED = `${Math.floor(Math.random() * 1_000_000)}` } = process.env
  const text = given ?? FAULT_SEED
  const number = Bun.hash.crc32(text)
  return { text, number, random: (name) => createRandom(Bun.hash.crc32(`${text} ${name}`)) }
}
