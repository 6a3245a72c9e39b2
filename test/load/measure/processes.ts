import { dlopen, ptr } from 'bun:ffi'
import { readFileSync } from 'node:fs'
import type { SystemProcess } from '../systems/system'

/** Every process has a clock of the CPU time of all its threads, also of those that have ended, in nanoseconds (clock_getcpuclockid(3)); /proc/PID/stat counts in 10 ms. */
const { symbols: libc } = dlopen('libc.so.6', {
  clock_getcpuclockid: { args: ['i32', 'ptr'], returns: 'i32' },
  clock_gettime: { args: ['i32', 'ptr'], returns: 'i32' },
})

/** CPU time a process has used so far, user and system, in µs. 0 for one that is gone. */
export function cpuUsedUs(pid: number): number {
  const clock = new Int32Array(1)
  /** Seconds, and nanoseconds. */
  const time = new BigInt64Array(2)
  if (libc.clock_getcpuclockid(pid, ptr(clock)) !== 0 || libc.clock_gettime(clock[0] ?? 0, ptr(time)) !== 0) return 0
  const [s = 0n, ns = 0n] = time
  return Number(s) * 1e6 + Number(ns) / 1e3
}

/** What `measured` says of each process, by its name. */
export const ofEach = (processes: readonly SystemProcess[], measured: (pid: number) => number): Readonly<Record<string, number>> =>
  Object.fromEntries(processes.map(({ name, pid }) => [name, measured(pid)]))

/** What has been added since `before`, by process. */
export const grownSince = (
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => Object.fromEntries(Object.entries(now).map(([name, amount]) => [name, amount - (before[name] ?? 0)]))

/** Memory a process occupies, in bytes. */
export function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}
