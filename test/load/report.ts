import type { RunResult } from './generator/run'
import type { Shape } from './shapes'

/** One system under one shape: medians over its runs. */
export interface Figures {
  readonly cpu_us_per_delivery: number
  /** The median of each run's own ratio, for the machine is not equally fast in all of them. */
  readonly ratio_to_bare_bun: number
  readonly ratios: readonly number[]
  readonly deliveries_per_s: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly lost: number
  readonly doubled: number
  readonly cpu_us_per_delivery_by_process: Readonly<Record<string, number>>
  readonly resident_bytes_by_process: Readonly<Record<string, number>>
  readonly generator_cpu_us_per_delivery: number
}

/** Name of the system that the others are measured against. */
export const floor = 'bare Bun'

/** Every system's figures from its runs, which are in the order in which they took turns. */
export function figuresOf(runs: ReadonlyMap<string, readonly RunResult[]>): ReadonlyMap<string, Figures> {
  const floorUs = (runs.get(floor) ?? []).map(cpuPerDeliveryUs)
  return new Map([...runs].map(([name, results]) => [name, figures(results, floorUs)]))
}

const cpuPerDeliveryUs = ({ cpuUs, deliveries }: RunResult) => sum(Object.values(cpuUs)) / Math.max(1, deliveries)

function figures(results: readonly RunResult[], floorUs: readonly number[]): Figures {
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
    cpu_us_per_delivery_by_process: byProcess(({ cpuUs, deliveries }, process) => (cpuUs[process] ?? 0) / Math.max(1, deliveries)),
    resident_bytes_by_process: byProcess(({ residentBytes }, process) => residentBytes[process] ?? 0),
    generator_cpu_us_per_delivery: of(({ generatorCpuUs, deliveries }) => generatorCpuUs / Math.max(1, deliveries)),
  }
}

/** A shape's figures as a page shows them. */
export function pageOf({ title, bound }: Shape, figures: ReadonlyMap<string, Figures>): string {
  const lines = [...figures].map(([name, { cpu_us_per_delivery, ratio_to_bare_bun, deliveries_per_s, p50_ms, p99_ms, lost, doubled }]) =>
    [
      name.padEnd(12),
      cpu_us_per_delivery.toFixed(2).padStart(10),
      ratio_to_bare_bun.toFixed(2).padStart(8),
      Math.round(deliveries_per_s).toLocaleString('en').padStart(14),
      p50_ms.toFixed(2).padStart(9),
      p99_ms.toFixed(2).padStart(9),
      `${lost}`.padStart(6),
      `${doubled}`.padStart(8),
    ].join(''),
  )
  const parts = [...figures].flatMap(([name, { cpu_us_per_delivery_by_process: parts, ratios }]) =>
    name === floor
      ? []
      : [`${name}: ${inWords(parts)}; ratio of each run ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}, bound ${bound}`],
  )
  const head = 'system      µs/delivery   ratio  deliveries/s   p50 ms   p99 ms  lost  doubled'
  return [title, head, ...lines, ...parts, ''].join('\n')
}

const inWords = (parts: Readonly<Record<string, number>>) =>
  Object.entries(parts)
    .sort(([, one], [, other]) => other - one)
    .filter(([, us]) => us >= 0.005)
    .map(([name, us]) => `${name} ${us.toFixed(2)}`)
    .join(', ')

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

/** Of an even count the lower of the middle two. */
function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
