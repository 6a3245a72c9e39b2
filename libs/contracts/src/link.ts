/**
 * Frames of the link between a gateway and a sync node: text, first character
 * the operation. Payloads of client and room travel verbatim, never re-encoded.
 *
 * A connection id is the gateway's, unique among its connections; a topic is
 * chosen by whoever makes it, unique on its link. Neither holds a space or a
 * line break.
 */

/** What a gateway tells a sync node. */
export type ToSync =
  | { readonly op: 'open'; readonly connection: string; readonly request: OpenRequest }
  | { readonly op: 'text'; readonly connection: string; readonly text: string }
  | { readonly op: 'closed'; readonly connection: string; readonly code: number }
  /** The client has taken all it was sent, its last `page` too, whoever sent that. */
  | { readonly op: 'taken'; readonly connection: string }
  | { readonly op: 'adopt'; readonly adoption: Adoption }
  /** The answer to `drain`: no frame of a client follows. */
  | { readonly op: 'drained' }
  | { readonly op: 'beat'; readonly count: number }

/** A client that asks for a room. The gateway forgets the token as soon as it is answered. */
export interface OpenRequest {
  readonly room: string
  readonly token: string
  /** `<epoch>.<seq>` of the last event the client has applied. */
  readonly since?: string
  /** Whether the client agrees to wait until the host lets it in. */
  readonly lobby: boolean
  /** True when the gateway asks again, for the first node went away before it answered. */
  readonly again?: boolean
  /** True when the client still has to take its last page, of another node: `taken` follows. */
  readonly untaken?: boolean
}

/**
 * A topic that moves to this node, with the connections it had, at most
 * `maxAdopted` a frame; more follow in further frames of the same topic.
 * Connections that wait to enter come with an empty topic and epoch.
 */
export interface Adoption {
  readonly topic: string
  readonly room: string
  readonly epoch: string
  /** The last seq that was published to the topic. */
  readonly seq: number
  /** True when the former node released the topic: nothing in flight was lost. */
  readonly released: boolean
  /** True of one client that still has to take its last page, of another node: `taken` follows. */
  readonly untaken?: boolean
  /** Each with its pass. */
  readonly connections: readonly (readonly [connection: string, pass: string])[]
}
export const maxAdopted = 500

/** What a sync node tells a gateway. */
export type ToGateway =
  | {
      readonly op: 'admit'
      readonly connection: string
      readonly topic: string
      readonly epoch: string
      readonly seq: number
      readonly pass: string
    }
  | { readonly op: 'renew'; readonly connection: string; readonly pass: string }
  | { readonly op: 'publish'; readonly topic: string; readonly seq: number; readonly payload: string }
  | { readonly op: 'tell'; readonly topic: string; readonly payload: string }
  | { readonly op: 'send'; readonly connection: string; readonly payload: string }
  /**
   * Some of what a client missed, up to `place`, from which it would go on by itself, also where it was in a topic; each
   * payload is a line. Answered with `taken`.
   */
  | { readonly op: 'page'; readonly connection: string; readonly place: string; readonly payloads: readonly string[] }
  | { readonly op: 'close'; readonly connection: string; readonly code: number; readonly reason: string }
  | { readonly op: 'drain' }
  | { readonly op: 'released'; readonly topic: string; readonly seq: number }
  /** Whether the node is cut off from the room log: it serves no commands until it says otherwise. */
  | { readonly op: 'away'; readonly away: boolean }
  | { readonly op: 'beat'; readonly count: number }

export function encodeToSync(frame: ToSync): string {
  switch (frame.op) {
    case 'open':
      return `O${frame.connection} ${JSON.stringify(frame.request)}`
    case 'text':
      return `M${frame.connection} ${frame.text}`
    case 'closed':
      return `C${frame.connection} ${frame.code}`
    case 'taken':
      return `T${frame.connection}`
    case 'adopt':
      return `A${JSON.stringify(frame.adoption)}`
    case 'drained':
      return 'D'
    case 'beat':
      return `H${frame.count}`
  }
}

/** Throws on a frame that is not one of ours: the other side is then not to be trusted, and the link ends. */
export function decodeToSync(text: string): ToSync {
  const operation = text[0]
  if (operation === 'H') return { op: 'beat', count: count(text.slice(1)) }
  if (operation === 'D') return { op: 'drained' }
  if (operation === 'T') return { op: 'taken', connection: text.slice(1) }
  if (operation === 'A') return { op: 'adopt', adoption: JSON.parse(text.slice(1)) as Adoption }
  const [connection, rest] = head(text, 1)
  switch (operation) {
    case 'M':
      return { op: 'text', connection, text: rest }
    case 'O':
      return { op: 'open', connection: owned(connection), request: JSON.parse(rest) as OpenRequest }
    case 'C':
      return { op: 'closed', connection, code: count(rest) }
    default:
      throw unknownFrame(text)
  }
}

export function encodeToGateway(frame: ToGateway): string {
  switch (frame.op) {
    case 'publish':
      return `P${frame.topic} ${frame.seq} ${frame.payload}`
    case 'send':
      return `S${frame.connection} ${frame.payload}`
    case 'page':
      return `G${frame.connection} ${frame.place} ${frame.payloads.join('\n')}`
    case 'tell':
      return `T${frame.topic} ${frame.payload}`
    case 'admit':
      return `J${frame.connection} ${frame.topic} ${frame.epoch} ${frame.seq} ${frame.pass}`
    case 'renew':
      return `R${frame.connection} ${frame.pass}`
    case 'close':
      return `X${frame.connection} ${frame.code} ${frame.reason}`
    case 'drain':
      return 'D'
    case 'released':
      return `L${frame.topic} ${frame.seq}`
    case 'away':
      return `A${Number(frame.away)}`
    case 'beat':
      return `H${frame.count}`
  }
}

/** Throws on a frame that is not one of ours. */
export function decodeToGateway(text: string): ToGateway {
  const operation = text[0]
  if (operation === 'D') return { op: 'drain' }
  if (operation === 'A') return { op: 'away', away: count(text.slice(1)) === 1 }
  if (operation === 'H') return { op: 'beat', count: count(text.slice(1)) }
  const [first, rest] = head(text, 1)
  switch (operation) {
    case 'P': {
      const [seq, payload] = head(rest, 0)
      return { op: 'publish', topic: first, seq: count(seq), payload }
    }
    case 'S':
      return { op: 'send', connection: first, payload: rest }
    case 'T':
      return { op: 'tell', topic: first, payload: rest }
    case 'G': {
      const [place, lines] = head(rest, 0)
      return { op: 'page', connection: first, place: owned(place), payloads: owned(lines).split('\n') }
    }
    case 'J': {
      const [topic, epoch, seq, pass] = rest.split(' ')
      if (!topic || !epoch || !seq || !pass) throw unknownFrame(text)
      return { op: 'admit', connection: first, topic: owned(topic), epoch: owned(epoch), seq: count(seq), pass: owned(pass) }
    }
    case 'R':
      return { op: 'renew', connection: first, pass: owned(rest) }
    case 'X': {
      const [code, reason] = head(rest, 0)
      return { op: 'close', connection: first, code: count(code), reason }
    }
    case 'L':
      return { op: 'released', topic: first, seq: count(rest) }
    default:
      throw unknownFrame(text)
  }
}

/**
 * A copy, of what is kept for long: a piece of a text keeps the whole text in
 * memory, here that of everything that came over the link in the same write.
 */
const owned = (word: string): string => Buffer.from(word).toString()

/** The word that starts at `from`, and what follows the space after it. */
function head(text: string, from: number): [word: string, rest: string] {
  const space = text.indexOf(' ', from)
  if (space < 0) throw unknownFrame(text)
  return [text.slice(from, space), text.slice(space + 1)]
}

function count(digits: string): number {
  const value = Number(digits)
  if (digits === '' || !Number.isSafeInteger(value) || value < 0) throw unknownFrame(digits)
  return value
}

/** Names the operation only: a frame may hold a token. */
const unknownFrame = (text: string) => new Error(`not a link frame: ${JSON.stringify(text.slice(0, 1))}`)
