import type { Person } from '@matinee/contracts'
import type { Sample } from './sample'
import type { MemberDrift } from './skew'

/** What a node tells the others of a room's members on it, about once a second: enough to begin together and to know how far apart all are. */
export interface Whisper {
  /** The latest version of the timeline that it knows. */
  readonly version: number
  /** Whether anybody there would be waited for. */
  readonly counts: boolean
  /** Those who are waited for there; at most twenty are named. */
  readonly awaited: readonly Person[]
  readonly delays: Sample
  readonly drifts: Sample
  readonly worst: readonly MemberDrift[]
}

/** What other nodes have told, and when this one heard it, in milliseconds. */
export type Elsewhere = Map<string, { readonly whisper: Whisper; readonly heardMs: number }>

/** A node that was not heard for so long has nobody there any more, or has gone: it is not waited for. */
const forgottenAfterMs = 3_500

/** What others said last, of those who were heard lately; the rest are forgotten. */
export function heardLately(elsewhere: Elsewhere, nowMs: number): readonly Whisper[] {
  for (const [node, { heardMs }] of elsewhere) if (nowMs - heardMs > forgottenAfterMs) elsewhere.delete(node)
  return [...elsewhere.values()].map(({ whisper }) => whisper)
}

/** Whether somebody elsewhere is waited for, or may be: that node has not heard of the cue yet. */
export const awaitedElsewhere = (whispers: readonly Whisper[], cue: number): boolean =>
  whispers.some(({ counts, version, awaited }) => awaited.length > 0 || (counts && version < cue))
