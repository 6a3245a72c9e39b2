import type { Figures } from './figures'
import type { Quantiles } from './quantiles'

/** The figures as a person reads them. */
export function pageOf(figures: Figures): string {
  const { same_frame: frame, jumps_per_reason: jumps, page_clock_ms: clock } = figures
  return [
    line('between two viewers', figures.drift_ms),
    line('between the furthest two', figures.spread_ms),
    line('between a viewer and the room', figures.off_timeline_ms),
    line('between two at their first start', figures.first_start_spread_ms),
    line('between two at a start', figures.start_spread_ms),
    line('between two after a jump', figures.jump_spread_ms),
    line('from ready to in sync, late', figures.late_join_ms),
    line('clock error', figures.clock_error_ms),
    `  the same frame: ${percent(frame.same)} of the time; at most one apart: ${percent(frame.at_most_one_apart)}`,
    `  jumps for one reason: at most ${jumps.most}; rate changes a minute: ${figures.corrections_per_minute.toFixed(1)}; clock errors beyond their bound: ${figures.clock_beyond_bound}`,
    `  begun later than 400 ms after a start: ${figures.begun_late}; late and never in sync: ${figures.never_in_sync}`,
    `  ${figures.frames} frames seen; the pages' own clocks were within ${clock.offset.toFixed(1)} ms of each other's, known to ${clock.error.toFixed(1)} ms`,
  ].join('\n')
}

function line(name: string, { p50, p95, p99, count }: Quantiles): string {
  const values = count === 0 ? 'none seen' : [p50, p95, p99].map((value) => value.toFixed(1).padStart(8)).join('')
  return `  ${name.padEnd(34)}${values}`
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
