import { readFileSync } from 'node:fs'
import type { SystemProcess } from '../systems/system'

/** The kernel counts CPU in ticks of 10 ms (USER_HZ). */
const tickUs = 10_000

/** CPU time a process has used so far, user and system, in µs. 0 for one that is gone. */
export function cpuUsedUs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // Fields are counted after the command's name, which may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tickUs
  } catch {
    return 0
  }
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
