import type { ClientFrame } from '../contract-types'

/** A command with its id, the same however often it is sent. */
export type CommandFrame = Extract<ClientFrame, { readonly id?: string | undefined }> & { readonly id: string }

/** A command that has no final answer. */
export interface Outgoing {
  readonly frame: CommandFrame
  /** When to give it up. */
  readonly untilMs: number
  /** Whether it was ever on its way, so that it may have taken effect. */
  readonly sent: boolean
  /** Whether it is to be sent when the outbox goes on. */
  readonly due: boolean
}

/** Commands without an answer, in the order given; those that are due wait for `resumeAtMs`, and what comes later waits with them. */
export interface Outbox {
  readonly commands: readonly Outgoing[]
  /** While it lies ahead nothing is sent; null when nothing holds. */
  readonly resumeAtMs: number | null
}

export const emptyOutbox: Outbox = { commands: [], resumeAtMs: null }
/** As many as a node keeps waiting for one socket. */
export const mostCommands = 64

/** Takes a command in, to be sent in its turn. */
export function put(outbox: Outbox, frame: CommandFrame, untilMs: number): Outbox {
  return { ...outbox, commands: [...outbox.commands, { frame, untilMs, sent: false, due: true }] }
}

/** Everything has to be sent again: whoever had it may have lost it. */
export function repeatAll(outbox: Outbox): Outbox {
  return { commands: outbox.commands.map((one) => ({ ...one, due: true })), resumeAtMs: null }
}

/** The command is to be repeated, not before `resumeAtMs`. */
export function hold(outbox: Outbox, id: string, resumeAtMs: number): Outbox {
  const commands = outbox.commands.map((one) => (one.frame.id === id ? { ...one, due: true } : one))
  return { commands, resumeAtMs: Math.max(resumeAtMs, outbox.resumeAtMs ?? 0) }
}

/** Nothing holds it back any longer. */
export function goOn(outbox: Outbox): Outbox {
  return outbox.resumeAtMs === null ? outbox : { ...outbox, resumeAtMs: null }
}

export function find(outbox: Outbox, id: string): Outgoing | undefined {
  return outbox.commands.find(({ frame }) => frame.id === id)
}

export function drop(outbox: Outbox, id: string): Outbox {
  return { ...outbox, commands: outbox.commands.filter(({ frame }) => frame.id !== id) }
}

/** What may be sent now, in order, and the outbox after that. */
export function takeDue(outbox: Outbox): { readonly outbox: Outbox; readonly frames: readonly CommandFrame[] } {
  if (outbox.resumeAtMs !== null || !outbox.commands.some(({ due }) => due)) return { outbox, frames: [] }
  const frames = outbox.commands.filter(({ due }) => due).map(({ frame }) => frame)
  return { outbox: { ...outbox, commands: outbox.commands.map((one) => ({ ...one, due: false, sent: true })) }, frames }
}
