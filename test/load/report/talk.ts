import type { RunResult } from '../generator/run'
import { grownSince } from '../measure/processes'
import type { TalkShape } from '../shapes'
import { floor } from '../systems/catalogue'
import { overBound } from './bounds'
import { inWords, median, sum } from './numbers'
import { page } from './page'

/** All runs of one system under one shape. */
export interface TalkRuns {
  readonly results: readonly RunResult[]
  /** Before anybody came, by process. */
  readonly emptyBytes: Readonly<Record<string, number>>
  readonly clients: number
}

/** One system under one shape: medians over its runs. */
export interface TalkFigures {
  readonly cpu_us_per_delivery: number
  /** The median of each run's own ratio, for the machine is not equally fast in all of them. */
  readonly ratio_to_bare_bun: number
  readonly ratios: readonly number[]
  readonly deliveries_per_s: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly lost: number
  readonly doubled: number
  /** What all processes have grown by since before the clients came, under load, with garbage. */
  readonly memory_bytes_per_client: number
  readonly cpu_us_per_delivery_by_process: Readonly<Record<string, number>>
  readonly resident_bytes_by_process: Readonly<Record<string, number>>
  readonly generator_cpu_us_per_delivery: number
}

/** Every system's figures from its runs, which are in the order in which they took turns. */
export function talkFigures(runs: ReadonlyMap<string, TalkRuns>): ReadonlyMap<string, TalkFigures> {
  const floorUs = (runs.get(floor)?.results ?? []).map(cpuPerDeliveryUs)
  return new Map([...runs].map(([name, its]) => [name, figures(its, floorUs)]))
}

const cpuPerDeliveryUs = ({ cpuUs, deliveries }: RunResult) => sum(Object.values(cpuUs)) / Math.max(1, deliveries)

function figures({ results, emptyBytes, clients }: TalkRuns, floorUs: readonly number[]): TalkFigures {
  const of = (value: (result: RunResult) => number) => median(results.map(value))
  const ratios = results.map((result, run) => cpuPerDeliveryUs(result) / (floorUs[run] ?? Number.NaN))
  const processes = Object.keys(results[0]?.cpuUs ?? {})
  const byProcess = (value: (result: RunResult, process: string) => number) =>
    Object.fromEntries(processes.map((process) => [process, of((result) => value(result, process))]))
  return {
    cpu_us_per_delivery: of(cpuPerDeliveryUs),
    ratio_to_bare_bun: median(ratios),
    ratios,
    deliveries_per_s: of(({ deliveries, windowMs }) => (deliveries / windowMs) * 1_000),
    p50_ms: of(({ p50Ms }) => p50Ms),
    p99_ms: of(({ p99Ms }) => p99Ms),
    lost: sum(results.map(({ lost }) => lost)),
    doubled: sum(results.map(({ doubled }) => doubled)),
    memory_bytes_per_client: of(({ residentBytes }) => sum(Object.values(grownSince(emptyBytes, residentBytes)))) / Math.max(1, clients),
    cpu_us_per_delivery_by_process: byProcess(({ cpuUs, deliveries }, process) => (cpuUs[process] ?? 0) / Math.max(1, deliveries)),
    resident_bytes_by_process: byProcess(({ residentBytes }, process) => residentBytes[process] ?? 0),
    generator_cpu_us_per_delivery: of(({ generatorCpuUs, deliveries }) => generatorCpuUs / Math.max(1, deliveries)),
  }
}

/** A shape's figures as a page shows them. */
export const talkPage = ({ title, bound }: TalkShape, figures: ReadonlyMap<string, TalkFigures>): string =>
  page({
    title: `${title} (Matinee's bound: ${bound})`,
    head: ['µs/delivery', 'ratio', 'deliveries/s', 'p50 ms', 'p99 ms', 'KiB/client', 'lost', 'doubled', ''],
    figures,
    cells: (its, name) => [
      its.cpu_us_per_delivery.toFixed(2),
      its.ratio_to_bare_bun.toFixed(2),
      Math.round(its.deliveries_per_s).toLocaleString('en'),
      its.p50_ms.toFixed(2),
      its.p99_ms.toFixed(2),
      (its.memory_bytes_per_client / 1_024).toFixed(1),
      `${its.lost}`,
      `${its.doubled}`,
      overBound(name, its.ratio_to_bare_bun, bound),
    ],
    words: ({ cpu_us_per_delivery_by_process: parts, ratios }) =>
      `${inWords(parts, 0.005)}; ratio of each run ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`,
  })
