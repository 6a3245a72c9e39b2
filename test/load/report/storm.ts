import type { StormShape } from '../shapes'
import { floor } from '../systems/catalogue'
import { overBound } from './bounds'
import { inWords, median, sum } from './numbers'
import { page } from './page'

/** One storm: from the break until all are in, and its echoes have settled. */
export interface StormResult {
  /** Until the last was in. */
  readonly wallMs: number
  readonly cpuUs: Readonly<Record<string, number>>
}

/** Medians over the runs. */
export interface StormFigures {
  readonly server_cpu_s: number
  readonly wall_ms: number
  readonly ratio_to_bare_bun: number
  readonly server_cpu_s_by_process: Readonly<Record<string, number>>
  /** Who did not get in; with anybody, there would be no figures. */
  readonly lost: 0
  readonly doubled: 0
}

export function stormFigures(runs: ReadonlyMap<string, readonly StormResult[]>): ReadonlyMap<string, StormFigures> {
  const floorS = (runs.get(floor) ?? []).map(cpuS)
  return new Map([...runs].map(([name, results]) => [name, figures(results, floorS)]))
}

const cpuS = ({ cpuUs }: StormResult) => sum(Object.values(cpuUs)) / 1e6

function figures(results: readonly StormResult[], floorS: readonly number[]): StormFigures {
  const processes = Object.keys(results[0]?.cpuUs ?? {})
  return {
    server_cpu_s: median(results.map(cpuS)),
    wall_ms: median(results.map(({ wallMs }) => wallMs)),
    ratio_to_bare_bun: median(results.map((result, run) => cpuS(result) / (floorS[run] ?? Number.NaN))),
    server_cpu_s_by_process: Object.fromEntries(
      processes.map((process) => [process, median(results.map(({ cpuUs }) => (cpuUs[process] ?? 0) / 1e6))]),
    ),
    lost: 0,
    doubled: 0,
  }
}

/** A sentence for each system that took more than it may: CPU of a storm is the one figure that is promised as it is, not as a ratio. */
export const stormsOverBound = ({ name: shape, boundCpuS }: StormShape, figures: ReadonlyMap<string, StormFigures>): readonly string[] =>
  [...figures]
    .filter(([name, { server_cpu_s: cpuS }]) => overBound(name, cpuS, boundCpuS) !== '')
    .map(([name, { server_cpu_s: cpuS }]) => `${shape}: ${name} took ${cpuS.toFixed(2)} s of CPU, and ${boundCpuS} s is its bound`)

/** The figures as a page shows them. */
export const stormPage = ({ title, boundCpuS }: StormShape, figures: ReadonlyMap<string, StormFigures>): string =>
  page({
    title: `${title} (Matinee's bound: ${boundCpuS} s of CPU)`,
    head: ['CPU s', 'ratio', 'all in after ms', ''],
    figures,
    cells: (its, name) => [
      its.server_cpu_s.toFixed(2),
      its.ratio_to_bare_bun.toFixed(2),
      its.wall_ms.toFixed(0),
      overBound(name, its.server_cpu_s, boundCpuS),
    ],
    words: ({ server_cpu_s_by_process: parts }) => inWords(parts, 0.005),
  })
