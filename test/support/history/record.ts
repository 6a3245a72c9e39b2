/** What one client was given, over all the sockets it had. */
export interface ClientHistory {
  readonly name: string
  readonly userId: string
  /** Where it stood before the first frame, `<epoch>.<seq>`; by default nowhere. */
  readonly since?: string | undefined
  /** It went before the end: what it showed last is nobody's concern. */
  readonly hasLeft?: boolean
  /** The text of every frame, in the order it came. Those that say nothing of the room's log may be left out. */
  readonly frames: readonly string[]
}

/** One command, from the first time it was sent until its fate was known, or was not to be known any more. */
export interface CommandHistory {
  readonly id: string
  readonly userId: string
  readonly type: string
  readonly message?: string
  readonly time?: number
  readonly rate?: number
  readonly video_url?: string
  /** When it was sent for the first and for the last time: numbers that rise with everything this person sends. */
  readonly firstSent: number
  readonly lastSent: number
  readonly outcome: CommandOutcome
}

export type CommandOutcome =
  | { readonly kind: 'acked'; readonly epoch: string; readonly seq: number }
  /** A no for good. A refusal that leaves open whether it took effect (`isOpenRefusal`) is `unknown`. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown' }

/** The refusals after which a command may have taken effect all the same: the answer was lost, not the command. */
export const isOpenRefusal = (code: string): boolean => ['read_only', 'unavailable', 'internal'].includes(code)

/** A whole run. */
export interface History {
  readonly clients: readonly ClientHistory[]
  readonly commands: readonly CommandHistory[]
  /** People whose every command is in `commands`: an event of theirs that none of these explains is a violation. */
  readonly completeFor?: readonly string[] | undefined
  /** Who is present in truth, when it is known and all is quiet. */
  readonly present?: readonly string[] | undefined
}

/** The promises that a run is held to. */
export type Rule =
  | 'one_payload'
  | 'contiguous'
  | 'ack_after_event'
  | 'acknowledged_once'
  | 'unacknowledged_at_most_once'
  | 'refused_never'
  | 'sender_order'
  | 'playback_forward'
  | 'final_state'
  | 'presence'

export interface Violation {
  readonly rule: Rule
  readonly what: string
}
