import type { Adoption, OpenRequest, ServerFrame } from '@matinee/contracts'
import type { Connection, Door, Topic } from './connection'
import type { LiveNode } from './node'

/** A frame as a client got it, with what tests read of some frame or other. */
export interface Got {
  readonly type: ServerFrame['type']
  readonly seq?: number
  readonly sent_at_ms?: number
  readonly epoch?: string
  readonly id?: string
  readonly message?: string
  readonly reason?: string
  readonly time?: number
  readonly at_ms?: number
  readonly version?: number
  readonly participants?: readonly { readonly display_name: string }[]
  readonly participants_total?: number
  readonly joined?: readonly { readonly id: string }[]
  readonly left?: readonly { readonly id: string }[]
  readonly total?: number
  readonly chat_history?: readonly { readonly message: string }[]
}

/** A client at a gateway: what it got, in order. */
export interface Client {
  readonly id: string
  readonly got: readonly Got[]
  /** The place of the log at which its topic stood when it was let in, last. */
  readonly admitted: { readonly topic: string; readonly epoch: string; readonly seq: number } | undefined
  readonly pass: string
  readonly closed: { readonly code: number; readonly reason: string } | undefined
  /** The next frame of this type that was not asked for before, once it is there. */
  next(type: Got['type']): Promise<Got>
  /** Resolves with the close code. */
  over(): Promise<number>
  types(): readonly string[]
  /** The `seq` of every event that it got, in order. */
  seqs(): readonly number[]
  /** Where the pages it was sent end, in order; it has taken each at once, unless it `stalls`. */
  readonly pages: readonly string[]
  stalls(): void
  /** Has taken the page it was sent last, and stalls no more. */
  goesOn(): void
  says(frame: object | string): void
  /** Goes away, with this close code. */
  leaves(code: number): void
}

/** What one gateway knows of a client that another node had. */
export type Moved = Pick<Client, 'id' | 'pass' | 'admitted' | 'seqs'>

/** A door whose clients get what a gateway would give them. */
export interface Gateway {
  readonly door: Door
  /** How much is said to wait on the way to it. */
  setBacklog(bytes: number): void
  /** With the `id` of a client that had no answer yet, it asks again, as over another link. */
  open(request: Partial<OpenRequest> & Pick<OpenRequest, 'room' | 'token'>, id?: string): Client
  /** Gives the clients of another gateway's topic to this node, as that gateway would. */
  adopt(clients: readonly Moved[], adoption?: Partial<Adoption>): readonly Client[]
  /** Publishes that did not follow their topic's last one: a gateway would drop the link. */
  readonly breaks: readonly string[]
  /** Topics that were published to while nobody was in them. */
  readonly wasted: readonly string[]
}

/** Keeps nothing between tests: every gateway has ids of its own. */
export function createGateway(node: LiveNode, prefix: string): Gateway {
  const clients = new Map<string, ReturnType<typeof createClient>>()
  const topics = new Map<string, { seq: number; readonly members: Set<string> }>()
  const breaks: string[] = []
  const wasted: string[] = []
  let count = 0
  let backlogBytes = 0

  const place = (name: string) => {
    const known = topics.get(name) ?? { seq: 0, members: new Set<string>() }
    topics.set(name, known)
    return known
  }
  const toAll = (name: string, payload: string) => {
    const { members } = place(name)
    if (members.size === 0) wasted.push(name)
    for (const id of members) clients.get(id)?.take(payload)
  }
  const door: Door = {
    backlogBytes: () => backlogBytes,
    topic: (name): Topic => ({
      name,
      publish(seq, payload) {
        const at = place(name)
        if (seq !== at.seq + 1) breaks.push(`${name}: ${seq} after ${at.seq}`)
        at.seq = seq
        toAll(name, payload)
      },
      tell: (payload) => toAll(name, payload),
    }),
  }
  const enterTopic = (id: string, name: string, seq: number) => {
    for (const { members } of topics.values()) members.delete(id)
    const at = place(name)
    at.seq = seq
    at.members.add(id)
  }
  const add = (id: string) => {
    const client = createClient(id, node, () => {
      for (const { members } of topics.values()) members.delete(id)
    })
    clients.set(id, client)
    return client
  }
  const connectionOf = (id: string): Connection => ({
    id,
    door,
    admit(topic, epoch, seq, pass) {
      enterTopic(id, topic.name, seq)
      clients.get(id)?.admit({ topic: topic.name, epoch, seq }, pass)
    },
    renew: (pass) => clients.get(id)?.admit(undefined, pass),
    send: (payload) => clients.get(id)?.take(payload),
    page(place, payloads) {
      for (const { members } of topics.values()) members.delete(id)
      for (const payload of payloads) clients.get(id)?.take(payload)
      clients.get(id)?.turn(place)
    },
    close: (code, reason) => clients.get(id)?.close(code, reason),
  })

  return {
    door,
    setBacklog(bytes) {
      backlogBytes = bytes
    },
    breaks,
    wasted,
    open(request, id = `${prefix}c${count++}`) {
      const client = add(id)
      node.connect(connectionOf(client.id), { lobby: false, ...request })
      return client
    },
    adopt(moved, adoption = {}) {
      const first = moved[0]?.admitted
      const name = adoption.topic ?? `${first?.topic}~${prefix}`
      const seq = adoption.seq ?? Math.max(first?.seq ?? 0, moved[0]?.seqs().at(-1) ?? 0)
      const connections = moved.map(({ id, pass }) => [id, pass] as const)
      const taken = moved.map(({ id }) => {
        const client = add(id)
        if (name !== '') enterTopic(id, name, seq)
        return client
      })
      const room = first?.topic.split('.')[0] ?? ''
      node.adopt(door, { topic: name, room, epoch: first?.epoch ?? '', seq, released: true, connections, ...adoption }, connectionOf)
      return taken
    },
  }
}

function createClient(id: string, node: LiveNode, gone: () => void) {
  const got: Got[] = []
  const asked = new Map<string, number>()
  const waiting: (() => void)[] = []
  let admitted: Client['admitted']
  let pass = ''
  let closed: Client['closed']
  let stalls = false
  const pages: string[] = []

  const wake = () => {
    for (const resume of waiting.splice(0)) resume()
  }
  async function until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    }
  }

  return {
    id,
    got,
    get admitted() {
      return admitted
    },
    get pass() {
      return pass
    },
    get closed() {
      return closed
    },
    next(type: Got['type']): Promise<Got> {
      const place = asked.get(type) ?? 0
      asked.set(type, place + 1)
      return until(() => got.filter((frame) => frame.type === type)[place])
    },
    over: (): Promise<number> => until(() => closed?.code),
    types: () => got.map(({ type }) => type),
    seqs: () => got.flatMap(({ seq, sent_at_ms }) => (typeof seq === 'number' && sent_at_ms !== undefined ? [seq] : [])),
    pages,
    stalls(): void {
      stalls = true
    },
    goesOn(): void {
      stalls = false
      node.taken(id)
    },
    turn(place: string): void {
      pages.push(place)
      if (!stalls) node.taken(id)
    },
    says(frame: object | string): void {
      node.receive(id, typeof frame === 'string' ? frame : JSON.stringify(frame))
    },
    leaves(code: number): void {
      closed = { code, reason: 'by itself' }
      gone()
      node.disconnect(id, code)
    },
    take(payload: string): void {
      if (closed) return
      got.push(JSON.parse(payload) as Got)
      wake()
    },
    admit(place: Client['admitted'], sealed: string): void {
      if (place) admitted = place
      pass = sealed
    },
    close(code: number, reason: string): void {
      closed ??= { code, reason }
      gone()
      wake()
    },
  }
}
