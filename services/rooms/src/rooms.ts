import type { CreatedRoom, CreateRoomBody, ParticipantList, Room as RoomAnswer, RoomList, UpdateRoomBody } from '@matinee/contracts'
import { roomCodeAlphabet, roomCodeLength } from '@matinee/contracts'
import { type Clock, type Ids, Refusal } from '@matinee/kernel'
import type * as z from 'zod'
import { underNewestName } from './accounts'
import { readCursor, writeCursor } from './cursor'
import { mayHost, mustSee, mustSeePeople } from './domain/access'
import { create, entryModeOf } from './domain/create'
import { setRole, transfer } from './domain/hosting'
import { close, leave } from './domain/leaving'
import { mediumOf } from './domain/medium'
import type { Person, Sight } from './domain/room'
import { participantAnswer, roomAnswer } from './domain/rows'
import { update } from './domain/settings'
import { approve, deny } from './domain/waiting'
import type { Names } from './names'
import type { Passwords, RoomStore } from './ports'

export interface RoomsDeps {
  readonly store: RoomStore
  readonly passwords: Passwords
  readonly names: Names
  /** How many watch in the room of that code now. */
  readonly viewersOf: (code: string) => number
  readonly clock: Clock
  readonly ids: Ids
}

/** Whom a host decides about, where. */
export interface Ruling {
  readonly hostId: string
  readonly roomId: string
  readonly userId: string
}

const codeAttempts = 10
const mostParticipants = 1_000

/** What people do with rooms, other than entering them. */
export function createRooms({ store, passwords, names, viewersOf, clock, ids }: RoomsDeps) {
  /** The room of that code, for whoever may see it; else `room_not_found`. */
  async function seen(userId: string, code: string): Promise<Sight> {
    const sight = await store.find(code, [userId])
    if (!sight) throw new Refusal('room_not_found')
    mustSee(sight, userId)
    return sight
  }

  return {
    /** Makes a room. `room_password`, of a private PASSWORD room, is given here and never again. */
    async create(host: Person, wanted: z.output<typeof CreateRoomBody>): Promise<z.output<typeof CreatedRoom>> {
      const medium = mediumOf(wanted)
      const entry = { isPrivate: wanted.is_private, entryMode: wanted.entry_mode }
      const password = entryModeOf(entry) === 'PASSWORD' ? ids.text(roomCodeAlphabet, 8) : undefined
      const passwordHash = password === undefined ? null : await passwords.inTurn(() => passwords.hash(password))
      for (let attempt = 0; attempt < codeAttempts; attempt++) {
        const plan = {
          ...entry,
          id: ids.uuid(),
          code: ids.text(roomCodeAlphabet, roomCodeLength),
          name: wanted.name,
          passwordHash,
          medium: medium ?? null,
          isChatEnabled: wanted.is_chat_enabled,
        }
        const { room } = await underNewestName({ store, names, clock }, host, async (person) => {
          const decision = create(plan, person, clock.nowMs())
          return { room: (await store.create(decision)) ? decision.room : undefined }
        })
        if (room) return { ...roomAnswer(room), ...(password && { room_password: password }) }
      }
      throw new Error(`${codeAttempts} room codes in a row were taken`)
    },

    approve: async ({ roomId, hostId, userId }: Ruling): Promise<void> => {
      await store.update(roomId, [hostId, userId], (scene) => approve(scene, { hostId, userId, nowMs: clock.nowMs() }))
    },

    deny: async ({ roomId, hostId, userId }: Ruling): Promise<void> => {
      await store.update(roomId, [hostId, userId], (scene) => deny(scene, { hostId, userId, nowMs: clock.nowMs() }))
    },

    setRole: async ({ roomId, hostId, userId }: Ruling, role: 'moderator' | 'member'): Promise<void> => {
      await store.update(roomId, [hostId, userId], (scene) => setRole(scene, { byId: hostId, userId, role }))
    },

    /** Gives the room away for good. */
    transfer: async ({ roomId, hostId, userId }: Ruling): Promise<RoomAnswer> =>
      roomAnswer((await store.update(roomId, [hostId, userId], (scene) => transfer(scene, { byId: hostId, userId }))).room),

    leave: async (userId: string, roomId: string): Promise<void> => {
      await store.update(roomId, [userId], (scene) => leave(scene, userId, clock.nowMs()))
    },

    close: async (userId: string, roomId: string): Promise<void> => {
      await store.update(roomId, [userId], (scene) => close(scene, userId))
    },

    async update(userId: string, code: string, wanted: z.output<typeof UpdateRoomBody>): Promise<RoomAnswer> {
      const { room } = await seen(userId, code)
      const settings = {
        name: wanted.name,
        isChatEnabled: wanted.is_chat_enabled,
        medium: mediumOf(wanted),
        control: wanted.control,
        waitForReady: wanted.wait_for_ready,
        pauseForStalled: wanted.pause_for_stalled,
        playbackPolicy: wanted.playback_policy,
        successorId: wanted.successor_id?.toLowerCase() ?? wanted.successor_id,
      }
      const concerned = [userId, ...(settings.successorId ? [settings.successorId] : [])]
      return roomAnswer((await store.update(room.id, concerned, (scene) => update(scene, userId, settings))).room)
    },

    show: async (userId: string, code: string): Promise<RoomAnswer> => roomAnswer((await seen(userId, code)).room),

    /** Who is in the room, at most 1,000; the host and the owner are shown those who wait, too. */
    async participants(userId: string, code: string): Promise<ParticipantList> {
      const sight = await seen(userId, code)
      mustSeePeople(sight, userId)
      const people = await store.people(
        sight.room.id,
        mayHost(sight.room, userId) ? ['APPROVED', 'PENDING'] : ['APPROVED'],
        mostParticipants,
      )
      return { participants: people.map(participantAnswer) }
    },

    /** A page of the public rooms that are open, newest first. */
    async list({ query, cursor, limit }: ListQuery): Promise<RoomList> {
      const before = cursor === undefined ? undefined : readCursor(cursor)
      // One more than asked for tells whether there is a next page.
      const found = await store.list({ query, before, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        rooms: page.map((room) => ({ ...roomAnswer(room), viewers: viewersOf(room.code) })),
        next_cursor: found.length > limit && last ? writeCursor(last) : null,
      }
    },
  }
}
export type Rooms = ReturnType<typeof createRooms>

interface ListQuery {
  readonly query?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}
