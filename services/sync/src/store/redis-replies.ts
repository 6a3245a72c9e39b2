import type { Standing } from '@matinee/contracts'
import type { LogEntry } from '../domain/log-entry'

/** Reads what the scripts answer. A reply of another shape is a bug in a script, and throws. */

export function listOf(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new Error(`a script answered ${typeof reply} where a list was due`)
  return reply
}

export function textOf(reply: unknown): string {
  if (typeof reply !== 'string') throw new Error(`a script answered ${typeof reply} where a text was due`)
  return reply
}

export function numberOf(reply: unknown): number {
  const number = Number(reply)
  if (!Number.isSafeInteger(number)) throw new Error('a script answered something else where a whole number was due')
  return number
}

export function pairsOf(reply: unknown): readonly (readonly [string, string])[] {
  const flat = listOf(reply)
  return Array.from({ length: flat.length / 2 }, (_, i) => [textOf(flat[2 * i]), textOf(flat[2 * i + 1])] as const)
}

/** Entries as book.lua collects them: flat, five values each. */
export function entriesOf(reply: unknown): readonly LogEntry[] {
  const flat = listOf(reply)
  return Array.from({ length: flat.length / 5 }, (_, i) => {
    const [offset, seq, note, kind, payload] = flat.slice(5 * i, 5 * i + 5)
    return { offset: numberOf(offset), seq: numberOf(seq), note: numberOf(note), type: typeOf(textOf(kind)), payload: textOf(payload) }
  })
}

/** An entry as the stream has it: id, then fields and values. */
export function streamEntryOf(reply: unknown): LogEntry {
  const [id, fields] = listOf(reply)
  const [seq, note] = textOf(id).split('-')
  const [, offset, , kind, , payload] = listOf(fields)
  return { offset: numberOf(offset), seq: numberOf(seq), note: numberOf(note), type: typeOf(textOf(kind)), payload: textOf(payload) }
}

export interface Heard {
  readonly node: string
  readonly epoch: string
  readonly entry: LogEntry
}

/** An entry as the channel carries it: `<node> <epoch> <offset> <seq> <note> <type> <payload>`. */
export function messageOf(message: string): Heard {
  const words: string[] = []
  let start = 0
  for (let i = 0; i < 6; i++) {
    const end = message.indexOf(' ', start)
    words.push(message.slice(start, end))
    start = end + 1
  }
  const [node = '', epoch = '', offset, seq, note, kind = ''] = words
  const entry = { offset: numberOf(offset), seq: numberOf(seq), note: numberOf(note), type: typeOf(kind), payload: message.slice(start) }
  return { node, epoch, entry }
}

/** Whether it is no entry, but what a node tells the others outside of the log; the payload is its text. */
export const isWhisper = ({ entry }: Heard): boolean => entry.offset === 0

const standings: readonly Standing[] = ['PENDING', 'APPROVED', 'DENIED', 'LEFT', 'REMOVED']

/** Undefined for the empty letter: nothing is stored. */
export function standingOf(letter: string): Standing | undefined {
  return standings.find((standing) => standing.startsWith(letter || '-'))
}

function typeOf(kind: string): LogEntry['type'] {
  return kind as LogEntry['type'] // only this adapter writes it, from a value of this type
}
