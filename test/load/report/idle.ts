import type { IdleShape } from '../shapes'
import { floor } from '../systems/catalogue'
import type { SystemProcess } from '../systems/system'
import { overBound } from './bounds'
import { inWords, sum } from './numbers'
import { page } from './page'

/** What one system's processes have grown by while a silent crowd was there, and what its silence costs. */
export interface IdleResult {
  readonly clients: number
  readonly processes: readonly SystemProcess[]
  readonly grownBytes: Readonly<Record<string, number>>
  readonly cpuUs: Readonly<Record<string, number>>
  readonly windowMs: number
}

export interface IdleFigures {
  /** Over all processes that are the system's own: not Redis and NATS. */
  readonly memory_bytes_per_client: number
  /** Of `memory_bytes_per_client`. */
  readonly ratio_to_bare_bun: number
  readonly memory_bytes_per_client_with_servers: number
  readonly memory_bytes_per_client_by_process: Readonly<Record<string, number>>
  readonly memory_ratio_by_process: Readonly<Record<string, number>>
  readonly cpu_us_per_client_s: number
  readonly clients: number
  /** Sockets that closed; with any, there would be no figures. */
  readonly lost: 0
  readonly doubled: 0
}

/** Every system's memory per client beside the floor's. */
export function idleFigures(results: ReadonlyMap<string, IdleResult>): ReadonlyMap<string, IdleFigures> {
  const floorResult = results.get(floor)
  const floorBytes = floorResult ? bytesPerClient(floorResult, isOwn) : Number.NaN
  return new Map([...results].map(([name, result]) => [name, figures(result, floorBytes)]))
}

const isOwn = ({ isServer }: SystemProcess) => isServer !== true

const bytesPerClient = ({ clients, processes, grownBytes }: IdleResult, counts: (process: SystemProcess) => boolean) =>
  sum(processes.filter(counts).map(({ name }) => grownBytes[name] ?? 0)) / clients

function figures(result: IdleResult, floorBytes: number): IdleFigures {
  const byProcess = Object.fromEntries(Object.entries(result.grownBytes).map(([name, bytes]) => [name, bytes / result.clients]))
  return {
    memory_bytes_per_client: bytesPerClient(result, isOwn),
    ratio_to_bare_bun: bytesPerClient(result, isOwn) / floorBytes,
    memory_bytes_per_client_with_servers: bytesPerClient(result, () => true),
    memory_bytes_per_client_by_process: byProcess,
    memory_ratio_by_process: Object.fromEntries(Object.entries(byProcess).map(([name, bytes]) => [name, bytes / floorBytes])),
    cpu_us_per_client_s: (sum(Object.values(result.cpuUs)) / result.clients / result.windowMs) * 1_000,
    clients: result.clients,
    lost: 0,
    doubled: 0,
  }
}

/** The figures as a page shows them. */
export const idlePage = ({ title, bound }: IdleShape, figures: ReadonlyMap<string, IdleFigures>): string =>
  page({
    title: `${title} (Matinee's bound: ${bound}, its gateway's 1.5)`,
    head: ['KiB/client', 'ratio', 'KiB with servers', 'µs CPU/client·s', ''],
    figures,
    cells: (its, name) => [
      (its.memory_bytes_per_client / 1_024).toFixed(2),
      its.ratio_to_bare_bun.toFixed(2),
      (its.memory_bytes_per_client_with_servers / 1_024).toFixed(2),
      its.cpu_us_per_client_s.toFixed(1),
      overBound(name, its.ratio_to_bare_bun, bound),
    ],
    words: ({ memory_ratio_by_process: ratios }) => `ratio by process: ${inWords(ratios, 0.005)}`,
  })
