import { commandViolations } from './history/commands'
import { canonical } from './history/frame'
import type { History, Violation } from './history/record'
import { differenceOf } from './history/view'
import { type Walk, walk } from './history/walk'
import type { LiveClient } from './live-client'

export * from './history/record'

/** What a run did that it must not do; empty for a sound one. It looks at the recorded data only. */
export function violationsOf(history: History): readonly Violation[] {
  const walks = history.clients.map(walk)
  const here = walks.filter(({ client }) => !client.hasLeft)
  return [
    ...walks.flatMap(({ violations }) => violations),
    ...payloadViolations(walks),
    ...commandViolations(history, walks),
    ...finalViolations(here),
    ...presenceViolations(here, history.present),
  ]
}

/** Throws what a run did wrong, if anything. */
export function expectSound(history: History): void {
  const violations = violationsOf(history)
  if (violations.length === 0) return
  const shown = violations.slice(0, 12).map(({ rule, what }) => `${rule}: ${what}`)
  throw new Error(`the history is not sound, ${violations.length} times:\n${shown.join('\n')}`)
}

/** Brings all clients of a room to the furthest of them, and throws unless they were given one history, each event once, and show the same. */
export async function expectOneHistory(clients: readonly LiveClient[]): Promise<void> {
  const head = () => Math.max(...clients.map(({ seq }) => seq))
  // More may come for one of them while the others get there.
  while (clients.some(({ seq }) => seq !== head())) {
    const furthest = head()
    await Promise.all(clients.map((client) => client.reaches(furthest)))
  }
  for (const client of clients) client.check()
  expectSound({ clients: clients.map(({ history }) => history), commands: clients.flatMap(({ commands }) => commands) })
}

/** The chat lines that a client applied, in order. */
export const linesOf = ({ applied }: Pick<LiveClient, 'applied'>): readonly string[] =>
  [...applied.values()].map((text) => JSON.parse(text)).flatMap(({ type, message }) => (type === 'CHAT_MESSAGE' ? [message] : []))

/** No place in the log names two payloads, whoever was given them. */
function payloadViolations(walks: readonly Walk[]): readonly Violation[] {
  const first = new Map<string, { readonly text: string; readonly name: string }>()
  const violations: Violation[] = []
  for (const { client, payloads } of walks) {
    for (const [place, text] of payloads) {
      const known = first.get(place)
      if (!known) first.set(place, { text, name: client.name })
      else if (known.text !== text)
        violations.push({ rule: 'one_payload', what: `${place} is ${known.text} for ${known.name}, ${text} for ${client.name}` })
    }
  }
  for (const { client, quoted } of walks) {
    for (const [place, line] of quoted) {
      const known = first.get(place)
      if (known && canonical(JSON.parse(known.text)) !== line)
        violations.push({
          rule: 'one_payload',
          what: `${place} is ${known.text} for ${known.name}, ${line} in a snapshot of ${client.name}`,
        })
    }
  }
  return violations
}

/** All stand at the same place, and show the same. */
function finalViolations(walks: readonly Walk[]): readonly Violation[] {
  const [first, ...others] = walks
  if (!first) return []
  return others.flatMap((other): readonly Violation[] => {
    const who = `${first.client.name} and ${other.client.name}`
    if (first.epoch !== other.epoch || first.seq !== other.seq)
      return [{ rule: 'final_state', what: `${who} stand at ${first.epoch}.${first.seq} and ${other.epoch}.${other.seq}` }]
    // One that has only ever resumed shows what its forerunner did, which is not known here.
    const difference = first.view && other.view ? differenceOf(first.view, other.view) : undefined
    return difference === undefined ? [] : [{ rule: 'final_state', what: `${who} differ in ${difference}` }]
  })
}

/** Everybody shows exactly those who are present. */
function presenceViolations(walks: readonly Walk[], present: readonly string[] | undefined): readonly Violation[] {
  if (!present) return []
  const truth = new Set(present)
  return walks.flatMap(({ client, view }): readonly Violation[] => {
    const shown = view?.people
    const [missing, ghosts] = shown ? [[...truth.difference(shown)], [...shown.difference(truth)]] : [[], []]
    if (view?.total === truth.size && missing.length + ghosts.length === 0) return []
    const what = `${client.name} shows ${view?.total} of ${truth.size}; missing: ${missing.join(' ')}; ghosts: ${ghosts.join(' ')}`
    return [{ rule: 'presence', what }]
  })
}
