import type { Control, Role } from '@matinee/contracts'
import type { Clock } from '@matinee/kernel'
import type { LogEntry } from '../domain/log-entry'
import type { Append, AppendOutcome, RoomLog, VersionClaim, Written } from '../ports'
import { settleCrowd, tellCrowd } from './memory-crowd'
import {
  addConnection,
  createMemoryRoom,
  imageOf,
  type MemoryRoom,
  putMember,
  putRoom,
  rememberCommand,
  removeConnection,
  removeDead,
  type Writing,
  writeTo,
} from './memory-room'
import { claimMs, defaultBounds, type RoomLogBounds } from './room-log.bounds'
import { eventBody, memberText } from './room-log.texts'

/** A room log in this process's memory, on this process's clock: lost with it. All nodes made from one share its rooms. */
export interface MemoryRoomLog {
  forNode(node: string): RoomLog
}

export function createMemoryRoomLog({ clock, bounds = defaultBounds }: { clock: Clock; bounds?: RoomLogBounds }): MemoryRoomLog {
  const rooms = new Map<string, MemoryRoom>()
  const leases = new Map<string, number>()
  // The log's clock: it goes on evenly, whatever is done to this machine's.
  const aheadMs = clock.nowMs() - clock.monotonicMs()
  const nowMs = () => Math.round(clock.monotonicMs() + aheadMs)
  let nextSweepMs = 0

  /** As Redis lets go of what has expired, so that rooms nobody asks for any more do not stay. */
  const sweep = () => {
    if (nowMs() < nextSweepMs) return
    nextSweepMs = nowMs() + bounds.closedExpiryMs / 10
    for (const code of rooms.keys()) find(code)
  }

  const find = (code: string): MemoryRoom | undefined => {
    const room = rooms.get(code)
    if (!room || room.expiresAtMs > nowMs()) return room
    rooms.delete(code)
    return undefined
  }

  const renew = (room: MemoryRoom) => {
    room.expiresAtMs = nowMs() + (room.row.is_active ? bounds.expiryMs : bounds.closedExpiryMs)
  }

  /** Lets `change` write, and tells every node but `byNode`, later: as over a wire, nobody hears of an entry before the call returns. */
  const write = (room: MemoryRoom, byNode: string, change: (writing: Writing) => void): readonly LogEntry[] => {
    const writing = writeTo(room, nowMs())
    change(writing)
    for (const [node, { listener }] of room.listeners) {
      if (node !== byNode) for (const entry of writing.entries) queueMicrotask(() => listener(entry))
    }
    return writing.entries
  }

  const forNode = (self: string): RoomLog => {
    const applied = (code: string, byNode: string, change: (room: MemoryRoom, writing: Writing) => void): Written => {
      const room = find(code)
      return { epoch: room?.epoch ?? '', entries: room ? write(room, byNode, (writing) => change(room, writing)) : [] }
    }
    return {
      async open(code, { node, liveNodes, listener, onWhisper, seed }) {
        let room = find(code)
        if (!room) {
          if (!seed) return undefined
          room = createMemoryRoom(seed, bounds, nowMs())
          rooms.set(code, room)
        }
        const opened = room
        const wasServing = opened.listeners.has(node)
        opened.listeners.set(node, { listener, ...(onWhisper && { onWhisper }) })
        write(opened, node, (writing) => {
          removeDead(opened, [...liveNodes, node], bounds, writing)
          settleCrowd(opened, bounds, writing)
          if (!seed) return
          putRoom(opened, seed.room, bounds, writing)
          for (const row of seed.participants) putMember(opened, row, seed.rowsTo, writing)
        })
        renew(opened)
        return imageOf(opened, { wasServing })
      },

      async close(code, node) {
        rooms.get(code)?.listeners.delete(node)
      },

      async append(code, command) {
        const room = find(code)
        if (room?.epoch !== command.epoch) return { outcome: 'epoch' }
        const refusal = refuse(room, command, nowMs())
        if (refusal) return refusal
        const { claim: wanted } = command.playback ?? {}
        if (wanted && wanted !== 'heeded') return claim(room, command.sender.userId, wanted, nowMs())
        const [entry] = write(room, command.node, (writing) => take(room, command, writing, bounds))
        if (!entry) throw new Error('an accepted command appended nothing')
        if (entry.offset % 64 === 0) renew(room)
        return { outcome: 'appended', entry }
      },

      async arrive(code, arrival) {
        const room = find(code)
        if (room?.epoch !== arrival.epoch) return { outcome: 'epoch' }
        const member = room.members.get(arrival.userId)
        if (member?.standing !== 'APPROVED') return { outcome: 'not_approved', standing: member?.standing }
        renew(room)
        const entries = write(room, arrival.node, (writing) => {
          addConnection(room, arrival, member, bounds, writing)
          settleCrowd(room, bounds, writing)
        })
        return { outcome: 'arrived', member: memberText(member), told: room.told.has(member.user_id), head: room.offset, entries }
      },

      depart: async (code, { node, connection }) =>
        applied(code, node, (room, writing) => {
          renew(room)
          if (room.connections.get(connection)?.node !== node) return
          removeConnection(room, connection, bounds, writing)
          settleCrowd(room, bounds, writing)
        }),

      async adopt(code, { epoch, node, connections }) {
        const room = find(code)
        if (room?.epoch !== epoch) return { outcome: 'epoch' }
        const rows = connections.map(({ connection, userId }) => ({ connection, member: room.members.get(userId) }))
        const adopted = rows.flatMap(({ connection, member }) => (member?.standing === 'APPROVED' ? [{ connection, node, member }] : []))
        renew(room)
        const entries = write(room, node, (writing) => {
          for (const each of adopted) addConnection(room, each, each.member, bounds, writing)
          settleCrowd(room, bounds, writing)
        })
        return {
          outcome: 'adopted',
          entries,
          members: new Map(adopted.map(({ member }) => [member.user_id, memberText(member)])),
          refused: rows.flatMap(({ connection, member }) =>
            member?.standing === 'APPROVED' ? [] : [{ connection, standing: member?.standing }],
          ),
        }
      },

      evict: async (code, liveNodes) =>
        applied(code, self, (room, writing) => {
          removeDead(room, liveNodes, bounds, writing)
          settleCrowd(room, bounds, writing)
        }),
      async tellPresence(code, { epoch, node, due }) {
        const room = find(code)
        if (room?.epoch !== epoch || due === 0 || room.presenceDue !== due) return { entries: [] }
        return { entries: write(room, node, (writing) => tellCrowd(room, writing)) }
      },

      async whisper(code, { epoch, node, text }) {
        const room = find(code)
        if (room?.epoch !== epoch) return false
        const others = [...room.listeners].filter(([other]) => other !== node)
        for (const [, { onWhisper }] of others) queueMicrotask(() => onWhisper?.(node, text))
        return others.length > 0
      },

      applyParticipant: async (row, asOf = row.version) =>
        applied(row.room_code, self, (room, writing) => putMember(room, row, asOf, writing)),
      applyRoom: async (row) =>
        applied(row.room_code, self, (room, writing) => {
          if (putRoom(room, row, bounds, writing)) renew(room)
        }),

      async vouch(code, { epoch, rowsTo }) {
        const room = find(code)
        if (room?.epoch !== epoch) return false
        room.rowsTo = Math.max(room.rowsTo, rowsTo)
        return true
      },

      async read(code, after, limit, enoughBytes) {
        const room = find(code)
        return room?.epoch === after.epoch ? room.window.after(after, limit, enoughBytes) : undefined
      },

      moved: async (places) =>
        places.flatMap(({ room: code, epoch, offset }) => {
          const room = find(code)
          return room?.epoch === epoch && room.offset === offset ? [] : [code]
        }),

      async beat(node, leaseMs) {
        sweep()
        const atMs = nowMs()
        const lapsed = (leases.get(node) ?? Number.POSITIVE_INFINITY) <= atMs
        leases.set(node, atMs + leaseMs)
        return { nowMs: atMs, liveNodes: [...leases.keys()].filter((known) => (leases.get(known) ?? 0) > atMs), lapsed }
      },

      async touch(codes) {
        for (const code of codes) {
          const room = find(code)
          if (room) renew(room)
        }
      },

      connected: () => true,
      // Memory is never out of reach: there is no change to hear of.
      onConnected() {},
      async stop() {
        for (const room of rooms.values()) room.listeners.delete(self)
        leases.delete(self)
      },
    }
  }

  return { forNode }
}

/** Why the command takes no effect now, or nothing. A repeated one is told so even by a sender who may no longer send. */
function refuse(room: MemoryRoom, command: Append, nowMs: number): AppendOutcome | undefined {
  const { sender, commandId, chat, playback } = command
  const before = commandId === undefined ? undefined : room.commands.get(`${sender.userId} ${commandId}`)
  if (before && before.untilMs > nowMs) return { outcome: 'repeated', seq: before.seq }
  if (sender.role !== 'node') {
    const member = room.members.get(sender.userId)
    if (member?.standing !== 'APPROVED') return { outcome: 'refused', code: 'not_approved' }
    const { control } = room.row
    if (sender.role === 'host' && !controls(member.role, control)) {
      return { outcome: 'refused', code: control === 'moderators' ? 'moderators_only' : 'host_only' }
    }
  }
  if (chat && !room.row.is_chat_enabled) return { outcome: 'refused', code: 'chat_disabled' }
  if (playback && playback.expectedVersion !== room.playbackVersion) return { outcome: 'conflict' }
  if (playback?.claim === 'heeded' && claimantOf(room, nowMs) !== undefined) return { outcome: 'conflict' }
  return undefined
}

function claim(room: MemoryRoom, userId: string, { command, keeps }: VersionClaim, nowMs: number): AppendOutcome {
  const claimant = `${userId} ${command}`
  if ((claimantOf(room, nowMs) ?? claimant) !== claimant) return { outcome: 'conflict' }
  room.claim = keeps ? { version: room.playbackVersion, untilMs: nowMs + claimMs, claimant } : undefined
  return { outcome: keeps ? 'claimed' : 'conflict' }
}

/** For whose command the version that playback is at is claimed. */
const claimantOf = ({ claim, playbackVersion }: MemoryRoom, nowMs: number): string | undefined =>
  claim?.version === playbackVersion && claim.untilMs > nowMs ? claim.claimant : undefined

const controls = (role: Role, control: Control): boolean =>
  role === 'host' || control === 'everyone' || (control === 'moderators' && role === 'moderator')

function take(room: MemoryRoom, { sender, commandId, event, playback }: Append, writing: Writing, bounds: RoomLogBounds): void {
  const body = eventBody(event, writing.nowMs)
  const entry = writing.event(event.type, body)
  if (playback) {
    room.playback = `{${body}`
    room.playbackVersion += 1
  }
  if (commandId === undefined) return
  rememberCommand(room, `${sender.userId} ${commandId}`, entry.seq, bounds, writing)
}
