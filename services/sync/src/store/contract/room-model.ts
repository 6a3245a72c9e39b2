import type { ParticipantRow, RoomRow, Standing } from '@matinee/contracts'
import type { LogEntry } from '../../domain/log-entry'
import type { Position } from '../../domain/position'

/**
 * What a room log is to do, as plainly as it can be said: no window, no clock, no
 * storage. Entries are told in digests, such as `3.1 MEMBER_CHANGED ben`, behind their offset.
 */
export interface RoomModel {
  readonly entries: readonly Noted[]
  readonly position: Position & { readonly offset: number }
  /** Where the present epoch began. */
  readonly begun: Position
  readonly members: ReadonlyMap<string, ParticipantRow>
  readonly room: RoomRow
  readonly playbackVersion: number
  readonly people: readonly string[]
  readonly pending: readonly string[]
  /** What the log answers: the outcome, and with a new entry its digest. */
  append(command: ModelCommand): string
  arrive(node: string, connection: string, user: string): string
  depart(node: string, connection: string): void
  evict(liveNodes: readonly string[]): void
  putMember(row: ParticipantRow): void
  putRoom(row: RoomRow): void
  /** The log goes on under another epoch. */
  fence(): void
  copy(): RoomModel
}

export interface Noted extends Position {
  readonly offset: number
  readonly digest: string
}

export interface ModelCommand {
  readonly user: string
  readonly role: 'member' | 'host'
  readonly type: 'CHAT_MESSAGE' | 'PLAY'
  readonly detail: string
  readonly commandId: string | undefined
  readonly chat: boolean
  readonly expectedVersion: number | undefined
}

interface State {
  seq: number
  note: number
  begun: Position
  room: RoomRow
  playbackVersion: number
  readonly entries: Noted[]
  readonly members: Map<string, ParticipantRow>
  /** In the order of their arrival. */
  connections: { readonly id: string; readonly user: string; node: string }[]
  people: string[]
  readonly commands: Map<string, number>
}

export function createRoomModel(room: RoomRow, participants: readonly ParticipantRow[]): RoomModel {
  return modelOf({
    seq: 0,
    note: 0,
    begun: { seq: 0, note: 0 },
    room,
    playbackVersion: 0,
    entries: [],
    members: new Map(participants.map((row) => [row.user_id, row])),
    connections: [],
    people: [],
    commands: new Map(),
  })
}

function modelOf(state: State): RoomModel {
  const write = (digest: string) => {
    const { seq, note } = state
    state.entries.push({ offset: state.entries.length + 1, seq, note, digest: `${seq}.${note} ${digest}` })
  }
  const event = (digest: string) => {
    state.seq += 1
    state.note = 0
    write(digest)
  }
  const note = (digest: string) => {
    state.note += 1
    write(digest)
  }
  const standingOf = (user: string): Standing | undefined => state.members.get(user)?.standing
  const remove = (connection: string, user: string) => {
    state.connections = state.connections.filter(({ id }) => id !== connection)
    if (state.connections.some((other) => other.user === user)) return
    state.people = state.people.filter((person) => person !== user)
    event(`USER_LEFT ${user}`)
  }

  return {
    entries: state.entries,
    get position() {
      return { seq: state.seq, note: state.note, offset: state.entries.length }
    },
    get begun() {
      return state.begun
    },
    members: state.members,
    get room() {
      return state.room
    },
    get playbackVersion() {
      return state.playbackVersion
    },
    get people() {
      return state.people
    },
    get pending() {
      const waiting = [...state.members.values()].filter(({ standing }) => standing === 'PENDING')
      return waiting.sort((a, b) => a.version - b.version).map(({ user_id }) => user_id)
    },

    append({ user, role, type, detail, commandId, chat, expectedVersion }) {
      const key = `${user} ${commandId}`
      const before = commandId === undefined ? undefined : state.commands.get(key)
      if (before !== undefined) return `repeated ${before}`
      if (standingOf(user) !== 'APPROVED') return 'refused not_approved'
      const { control } = state.room
      const lets = { host: ['host'], moderators: ['host', 'moderator'], everyone: ['host', 'moderator', 'member'] }[control]
      if (role === 'host' && !lets.includes(state.members.get(user)?.role ?? '')) {
        return control === 'moderators' ? 'refused moderators_only' : 'refused host_only'
      }
      if (chat && !state.room.is_chat_enabled) return 'refused chat_disabled'
      if (expectedVersion !== undefined && expectedVersion !== state.playbackVersion) return 'conflict'
      event(`${type} ${detail}`)
      if (expectedVersion !== undefined) state.playbackVersion += 1
      if (commandId !== undefined) state.commands.set(key, state.seq)
      return `appended ${state.entries.at(-1)?.digest}`
    },

    arrive(node, connection, user) {
      if (standingOf(user) !== 'APPROVED') return `not_approved ${standingOf(user)}`
      const present = state.connections.find(({ id }) => id === connection)
      if (present) {
        present.node = node
        return 'arrived'
      }
      state.connections.push({ id: connection, user, node })
      const theirs = state.connections.filter((other) => other.user === user)
      if (theirs.length === 1) {
        state.people.push(user)
        event(`USER_JOINED ${user}`)
      }
      const [oldest] = theirs
      if (theirs.length > 5 && oldest) {
        note(`CONNECTION_REPLACED ${oldest.id}`)
        remove(oldest.id, user)
      }
      return 'arrived'
    },

    depart(node, connection) {
      const present = state.connections.find(({ id }) => id === connection)
      if (present?.node === node) remove(connection, present.user)
    },

    evict(liveNodes) {
      for (const { id, user, node } of state.connections) if (!liveNodes.includes(node)) remove(id, user)
    },

    putMember(row) {
      const before = state.members.get(row.user_id)
      if (before && before.version >= row.version) return
      state.members.set(row.user_id, row)
      const { user_id: user, standing } = row
      if (before?.standing === standing) {
        if (standing === 'APPROVED' && before.role !== row.role) return event(`ROLE_CHANGED ${user} ${row.role}`)
        const differs = before.display_name !== row.display_name || before.role !== row.role
        if (differs && (standing === 'APPROVED' || standing === 'PENDING')) note(`MEMBER_CHANGED ${user}`)
        return
      }
      const wasIn = before?.standing === 'APPROVED'
      if (wasIn) event(`PARTICIPANT_REMOVED ${user} ${standing === 'LEFT' ? 'left' : 'removed'}`)
      if (standing === 'PENDING' || standing === 'APPROVED') note(`PARTICIPANT_${standing} ${user}`)
      else if (before?.standing === 'PENDING' || (standing === 'DENIED' && !wasIn)) note(`PARTICIPANT_DENIED ${user}`)
    },

    putRoom(row) {
      const before = state.room
      if (before.version >= row.version) return
      state.room = row
      const { version: _, media_by: chosen, ...was } = before
      const { version: __, media_by: choice, ...is } = row
      if (JSON.stringify(was) !== JSON.stringify(is)) event(`ROOM_UPDATED ${row.name}`)
      if (before.host.id !== row.host.id) event(`HOST_CHANGED ${row.host.id} host`)
      const another = choice !== null && JSON.stringify(choice) !== JSON.stringify(chosen)
      if (before.media?.id !== row.media?.id || another) {
        state.playbackVersion += 1
        event(`MEDIA ${state.playbackVersion}`)
        if (choice) state.commands.set(`${choice.user_id} ${choice.command_id}`, state.seq)
      }
      if (before.is_active && !row.is_active) event('ROOM_CLOSED closed_by_host')
    },

    fence() {
      state.begun = { seq: state.seq, note: state.note }
    },

    copy: () =>
      modelOf({
        ...state,
        entries: [...state.entries],
        members: new Map(state.members),
        connections: state.connections.map((connection) => ({ ...connection })),
        people: [...state.people],
        commands: new Map(state.commands),
      }),
  }
}

/** An entry of a log, in the words of the model. */
export function digestOf({ seq, note, type, payload }: LogEntry): string {
  const { message, version, user, connection, reason, room, role, ...rest } = JSON.parse(payload)
  const details = {
    CHAT_MESSAGE: [message],
    PLAY: [version],
    MEDIA: [version],
    ROOM_UPDATED: [room?.name],
    ROOM_CLOSED: [reason],
    CONNECTION_REPLACED: [connection],
    HOST_CHANGED: [user?.id, role],
    ROLE_CHANGED: [user?.id, role],
    PARTICIPANT_REMOVED: [user?.id, reason],
  }
  const detail = Object.entries(details).find(([known]) => known === type)?.[1] ?? [user?.id]
  if (note === 0 && rest.seq !== seq) throw new Error(`an event says ${rest.seq} where it is ${seq}`)
  return [`${seq}.${note}`, type, ...detail].join(' ')
}
