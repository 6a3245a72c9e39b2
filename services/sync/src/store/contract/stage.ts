import { afterEach } from 'bun:test'
import { defaultRoomSettings, type ParticipantRow, type RoomRow } from '@matinee/contracts'
import type { LogEntry } from '../../domain/log-entry'
import type { RoomImage } from '../../domain/room-image'
import type { Append, RoomLog } from '../../ports'
import { defaultBounds, type RoomLogBounds } from '../room-log.bounds'

/** What an adapter brings to be held to the contract: nodes that share one log. */
export interface World {
  node(name: string): Promise<RoomLog>
  /** Makes what expires of `room`, and the nodes' leases, older by `byMs`. */
  age(room: string, byMs: number): Promise<void>
  stop(): Promise<void>
}
export type OpenWorld = (bounds: RoomLogBounds) => Promise<World>

export interface StageOptions {
  readonly bounds?: Partial<RoomLogBounds>
  readonly room?: Partial<RoomRow>
  readonly people?: readonly Partial<ParticipantRow>[]
  /** Only the first node serves the room. */
  readonly alone?: boolean
}

export const ana = '00000000-0000-4000-8000-00000000000a'
export const ben = '00000000-0000-4000-8000-00000000000b'
export const cleo = '00000000-0000-4000-8000-00000000000c'
export const nobody = '00000000-0000-4000-8000-00000000000d'

/** A room that two nodes serve: Ana hosts, Ben is a member, Cleo waits. Every stage has a room and node names of its own. */
export function createStage(openWorld: OpenWorld) {
  const worlds: World[] = []
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.stop()))
  })

  return async ({ bounds = {}, room = {}, people = [], alone = false }: StageOptions = {}) => {
    const world = await openWorld({ ...defaultBounds, ...bounds })
    worlds.push(world)
    const code = crypto.randomUUID().slice(0, 8).toUpperCase()
    const [north, south] = [`north-${code}`, `south-${code}`]
    const [log, other] = [await world.node(north), await world.node(south)]
    const row = roomRow({ room_code: code, ...room })
    const rows = [
      person(code, { user_id: ana, display_name: 'Ana', role: 'host' }),
      person(code, { user_id: ben, display_name: 'Ben' }),
      person(code, { user_id: cleo, display_name: 'Cleo', standing: 'PENDING' }),
      ...people.map((fields) => person(code, fields)),
    ]
    const epoch = `e${code.toLowerCase()}`
    const seed = { room: row, participants: rows, epoch, rowsTo: 1 }
    const [heard, heardByOther] = [createInbox(), createInbox()]
    const liveNodes = [north, south]
    const open = (fields: Partial<Parameters<RoomLog['open']>[1]> = {}) =>
      log.open(code, { node: north, liveNodes, listener: heard.listener, ...fields })
    const image = known(await open({ seed }))
    if (!alone) known(await other.open(code, { node: south, liveNodes, listener: heardByOther.listener }))

    return {
      world,
      log,
      other,
      code,
      north,
      south,
      liveNodes,
      row,
      rows,
      epoch,
      seed,
      image,
      heard,
      heardByOther,
      open,
      /** The image as it is now. */
      look: async () => known(await open()),
      lookOnOther: async () => known(await other.open(code, { node: south, liveNodes, listener: heardByOther.listener })),
      say: (text: string, fields: Partial<Append> = {}) => log.append(code, chat({ epoch, node: north, text, ...fields })),
      sayOnOther: (text: string, fields: Partial<Append> = {}) => other.append(code, chat({ epoch, node: south, text, ...fields })),
      steer: (version: number, fields: Partial<Append> = {}) => log.append(code, play({ epoch, node: north, version, ...fields })),
      arrive: (userId: string, connection: string) => log.arrive(code, { epoch, node: north, connection, userId }),
      arriveOnOther: (userId: string, connection: string) => other.arrive(code, { epoch, node: south, connection, userId }),
      depart: (connection: string) => log.depart(code, { epoch, node: north, connection }),
    }
  }
}
export type Stage = ReturnType<typeof createStage>

export function chat({ text, ...fields }: Partial<Append> & { epoch: string; node: string; text: string }): Append {
  return {
    event: { type: 'CHAT_MESSAGE', before: `"id":"c1","user":{"id":"${ben}"},`, after: `"message":${JSON.stringify(text)}}` },
    sender: { userId: ben, role: 'member' },
    ...fields,
  }
}

export function play({ version, ...fields }: Partial<Append> & { epoch: string; node: string; version: number }): Append {
  return {
    event: {
      type: 'PLAY',
      before: '"media":null,"playing":true,"time":12.5,"at_ms":',
      leadMs: 200,
      after: `,"rate":1,"version":${version + 1},"user":null}`,
    },
    sender: { userId: ana, role: 'host' },
    playback: { expectedVersion: version },
    ...fields,
  }
}

export function person(code: string, fields: Partial<ParticipantRow>): ParticipantRow {
  return {
    room_id: '00000000-0000-4000-8000-000000000001',
    room_code: code,
    user_id: nobody,
    display_name: 'Dora',
    is_guest: true,
    standing: 'APPROVED',
    role: 'member',
    joined_at_ms: 1_000,
    version: 1,
    ...fields,
  }
}

export function roomRow(fields: Partial<RoomRow>): RoomRow {
  return {
    room_id: '00000000-0000-4000-8000-000000000001',
    room_code: 'CINEMA00',
    name: 'Film "night" ☾',
    is_private: false,
    entry_mode: null,
    host: { id: ana, display_name: 'Ana', is_guest: true },
    owner_id: ana,
    media: { provider: 'youtube', id: 'dQw4w9WgXcQ', url: 'https://youtu.be/dQw4w9WgXcQ' },
    is_chat_enabled: true,
    ...defaultRoomSettings,
    media_by: null,
    is_active: true,
    created_at_ms: 1_000,
    version: 1,
    ...fields,
  }
}

/** What a node's listener heard. */
export function createInbox() {
  const entries: LogEntry[] = []
  const waiting: { readonly count: number; readonly resolve: (heard: readonly LogEntry[]) => void }[] = []
  return {
    entries,
    listener(entry: LogEntry) {
      entries.push(entry)
      for (const { count, resolve } of waiting) if (entries.length >= count) resolve([...entries])
    },
    /** Resolves when at least `count` were heard. */
    atLeast: (count: number): Promise<readonly LogEntry[]> =>
      entries.length >= count ? Promise.resolve([...entries]) : new Promise((resolve) => waiting.push({ count, resolve })),
  }
}

export const typesOf = (entries: readonly LogEntry[]) => entries.map(({ type }) => type)
export const payloadsOf = (entries: readonly LogEntry[]): unknown[] => entries.map(({ payload }) => JSON.parse(payload))

/** What the lines of chat in an image say. */
export const messagesOf = ({ chats }: RoomImage): unknown[] => chats.map((payload) => JSON.parse(payload).message)

export function entryOf(outcome: Awaited<ReturnType<RoomLog['append']>>): LogEntry {
  if (outcome.outcome !== 'appended') throw new Error(`not appended: ${JSON.stringify(outcome)}`)
  return outcome.entry
}

export function known(image: RoomImage | undefined): RoomImage {
  if (!image) throw new Error('the room has no log')
  return image
}
