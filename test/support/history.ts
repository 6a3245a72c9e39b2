import { expect } from 'bun:test'
import type { LiveClient } from './live-client'

/** Brings all clients to the furthest of them, and expects that they were given the same events, text for text, each once. */
export async function expectOneHistory(clients: readonly LiveClient[]): Promise<void> {
  const head = Math.max(...clients.map(({ seq }) => seq))
  await Promise.all(clients.map((client) => client.reaches(head)))
  for (const client of clients) client.check()
  const longest = clients.reduce((one, other) => (other.applied.size > one.applied.size ? other : one))
  for (const { applied, epoch } of clients) {
    expect(epoch).toBe(longest.epoch)
    const seqs = [...applied.keys()]
    const first = seqs[0] ?? head
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => first + at))
    expect([...applied].filter(([seq, text]) => longest.applied.has(seq) && longest.applied.get(seq) !== text)).toEqual([])
  }
}

/** The chat lines that a client applied, in order. */
export const linesOf = ({ applied }: Pick<LiveClient, 'applied'>): readonly string[] =>
  [...applied.values()].map((text) => JSON.parse(text)).flatMap(({ type, message }) => (type === 'CHAT_MESSAGE' ? [message] : []))
