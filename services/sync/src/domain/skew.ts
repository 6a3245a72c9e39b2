import type { Playback } from '@matinee/contracts'
import { quantileOf, type Sample } from './sample'
import { positionAt } from './timeline'

/** Where a member's player was at an instant of the log's clock, as far as the member knows that. */
export interface PlayerReport {
  readonly positionS: number
  readonly playing: boolean
  readonly rate: number
  readonly atMs: number
  readonly errorMs: number
}

/** How far a member is from the timeline: ahead of it above 0. Media milliseconds. */
export interface MemberDrift {
  readonly userId: string
  readonly driftMs: number
  readonly errorMs: number
}

/** A report of an instant this far from now says more about its member's clock than about its player. */
const believedWithinMs = 5_000

/**
 * How far a player is ahead of the timeline, in media milliseconds; below 0, behind it. Undefined where that cannot be said:
 * the report is of a time before the timeline holds, or of another time altogether.
 */
export function driftOf(report: PlayerReport, playback: Playback, nowMs: number): number | undefined {
  if (Math.abs(report.atMs - nowMs) > believedWithinMs) return undefined
  if (report.atMs < playback.at_ms) return undefined
  return Math.round((report.positionS - positionAt(playback, report.atMs)) * 1000)
}

/** Whether a player is where the timeline is, and does what it does: no jump is needed to get there. */
export function follows(report: PlayerReport, playback: Playback, { nowMs, withinMs }: { nowMs: number; withinMs: number }): boolean {
  const driftMs = driftOf(report, playback, nowMs)
  return driftMs !== undefined && Math.abs(driftMs) <= withinMs && report.playing === playback.playing
}

/** Whether a player plays near where the timeline is, also where that stands still until a start that lies ahead. */
export const playsNear = (
  { playing, positionS }: PlayerReport,
  playback: Playback,
  { nowMs, withinMs }: { nowMs: number; withinMs: number },
): boolean => playing && Math.abs(positionS - positionAt(playback, nowMs)) * 1000 <= withinMs

/**
 * How far apart a room's members are: between those 5 of 100 who are furthest behind and those 5 of 100 who are furthest
 * ahead, so that in a crowd a few strays do not stand for all; up to twenty members, between the last and the first.
 * Undefined where nobody reports.
 */
export function skewOf(drifts: readonly Sample[]): number | undefined {
  const behind = quantileOf(drifts, 0.05)
  // From the other end in the same way, so that as many are left out there.
  const ahead = quantileOf(drifts.map(negative), 0.05)
  return behind === undefined || ahead === undefined ? undefined : -ahead - behind
}

/** Each person once, by the connection that is furthest off; the furthest first, at most `most`. */
export function worstOf(drifts: readonly MemberDrift[], most: number): readonly MemberDrift[] {
  const worst = new Map<string, MemberDrift>()
  for (const drift of [...drifts].sort((one, other) => Math.abs(other.driftMs) - Math.abs(one.driftMs))) {
    if (!worst.has(drift.userId)) worst.set(drift.userId, drift)
    if (worst.size === most) break
  }
  return [...worst.values()]
}

const negative = ({ count, values }: Sample): Sample => ({ count, values: values.map((value) => -value) })
