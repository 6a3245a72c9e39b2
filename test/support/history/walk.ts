import { canonical, type EventFrame, type Frame, frameOf, isEvent } from './frame'
import type { ClientHistory, Rule, Violation } from './record'
import { advance, type View, viewOf } from './view'

/** A place in a room's log, `<epoch>.<seq>`. */
export type Place = string
export const placeOf = (epoch: string, seq: number): Place => `${epoch}.${seq}`

/** A snapshot, and the address of the video in it. */
export interface Beginning {
  readonly epoch: string
  readonly seq: number
  readonly videoUrl: string | undefined
}

/** What one client's frames come to. */
export interface Walk {
  readonly client: ClientHistory
  /** The payload it was given at each place, as text. */
  readonly payloads: ReadonlyMap<Place, string>
  /** Chat lines that came within snapshots, which repeat payloads with other spacing or order. */
  readonly quoted: ReadonlyMap<Place, string>
  /** The video that each snapshot showed, by where it stood. */
  readonly begun: readonly Beginning[]
  readonly epoch: string
  readonly seq: number
  /** How far it came in each epoch that it was in. */
  readonly reach: ReadonlyMap<string, number>
  /** Undefined before the first snapshot. */
  readonly view: View | undefined
  readonly violations: readonly Violation[]
}

/** Follows a client through its frames: it was given every event once, in order, or a snapshot that said why not. */
export function walk(client: ClientHistory): Walk {
  const payloads = new Map<Place, string>()
  const quoted = new Map<Place, string>()
  const violations: Violation[] = []
  const begun: Beginning[] = []
  const reach = new Map<string, number>()
  const [sinceEpoch = '', sinceSeq = '0'] = client.since?.split('.') ?? []
  let [epoch, seq, version] = [sinceEpoch, Number(sinceSeq), -1]
  let view: View | undefined
  const wrong = (rule: Rule, what: string) => void violations.push({ rule, what: `${client.name}: ${what}` })

  function begin(state: Frame): void {
    const [toEpoch, toSeq] = [state.epoch ?? '', state.seq ?? 0]
    if (state.resumed) {
      if (toEpoch !== epoch || toSeq !== seq) wrong('contiguous', `resumed at ${placeOf(toEpoch, toSeq)}, stood at ${placeOf(epoch, seq)}`)
      return
    }
    if (toEpoch === epoch && toSeq < seq && state.reason !== 'ahead')
      wrong('contiguous', `a snapshot took it back from ${placeOf(epoch, seq)} to ${toSeq}`)
    if (toEpoch !== epoch && reach.has(toEpoch)) wrong('contiguous', `back in epoch ${toEpoch}, which it had left`)
    if (toEpoch !== epoch) version = -1
    epoch = toEpoch
    seq = toSeq
    reach.set(epoch, seq)
    begun.push({ epoch, seq, videoUrl: (state.playback as Frame | undefined)?.media?.url })
    view = viewOf(state)
    for (const line of state.chat_history ?? []) if (isEvent(line)) quoted.set(placeOf(epoch, line.seq), canonical(line))
  }

  function apply(event: EventFrame, text: string): void {
    if (event.seq !== seq + 1) wrong('contiguous', `${placeOf(epoch, event.seq)} came after ${seq}`)
    seq = event.seq
    reach.set(epoch, seq)
    const place = placeOf(epoch, seq)
    const before = payloads.get(place)
    if (before !== undefined && before !== text) wrong('one_payload', `${place} was ${before}, then ${text}`)
    payloads.set(place, text)
    if (event.version !== undefined) {
      if (event.version <= version) wrong('playback_forward', `version ${event.version} at ${place} came after ${version}`)
      version = event.version
    }
    if (!view) return client.since === undefined ? wrong('contiguous', `${place} came before any snapshot`) : undefined
    const odd = advance(view, event)
    if (odd !== undefined) wrong('presence', `${place}: ${odd}`)
  }

  for (const text of client.frames) {
    const frame = frameOf(text)
    if (frame.type === 'ROOM_STATE') begin(frame)
    else if (isEvent(frame)) apply(frame, text)
    else if (frame.type === 'ACK' && (frame.seq ?? 0) > seq)
      wrong('ack_after_event', `the answer to ${frame.id} names ${frame.seq}, it stood at ${seq}`)
  }
  return { client, payloads, quoted, begun, epoch, seq, reach, view, violations }
}
