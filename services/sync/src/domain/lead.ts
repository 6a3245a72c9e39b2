import { quantileOf, type Sample } from './sample'

/** A start is put off so long until somebody's delay has been measured. */
export const unmeasuredLeadMs = 200
/** Below this a start would be told of and be there at once for those who are near; nobody gains from less. */
export const leastLeadMs = 100
/** However slow somebody is, the others do not wait longer than this for a start. */
const mostLeadMs = 2_000

/** What a member has measured of itself: all in milliseconds. */
export interface MeasuredDelay {
  /** Half a round trip. */
  readonly delayMs: number
  /** How far its idea of the log's clock may be off. */
  readonly errorMs: number
  /** From telling its player to play until it does. */
  readonly startCostMs: number
}

/** How long before a start its member has to be told of it. */
export const delayOf = ({ delayMs, errorMs, startCostMs }: MeasuredDelay): number => delayMs + errorMs + startCostMs

/** How long a start is put off: enough for 95 of 100 members, here and on other nodes, within 100 ms and 2 s; 200 ms where nobody has measured. */
export function leadOf(delays: readonly Sample[]): number {
  const needed = quantileOf(delays, 0.95)
  if (needed === undefined) return unmeasuredLeadMs
  return Math.round(Math.min(mostLeadMs, Math.max(leastLeadMs, needed)))
}
