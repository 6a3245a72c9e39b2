import {
  defaultRoomSettings,
  MembershipAnswer,
  type NewerRowsQuery,
  type OpenRequest,
  type ParticipantRow,
  type RefusalCode,
  type RoomRow,
  type Standing,
  type SuccessionQuery,
} from '@matinee/contracts'
import { createMetrics, type Identity, type Metrics } from '@matinee/http'
import { type Clock, createLog, createManualClock, createSeededIds, Refusal } from '@matinee/kernel'
import { createPasses } from '../passes'
import type { Memberships, RoomLog } from '../ports'
import { defaultBounds, type RoomLogBounds } from '../store/room-log.bounds'
import { createMemoryRoomLog } from '../store/room-log.memory'
import { defaultLimits, type LiveLimits } from './context'
import { defaultGraces } from './departures'
import { createGateway } from './gateway.fixture'
import { tapLog } from './log.fixture'
import { createLiveNode } from './node'
import { applyParticipant, applyRoom } from './rows'

/** The room of every stage. */
export const code = '7GQ4KX2M'
/** The host. */
export const ana = '00000000-0000-4000-8000-00000000000a'
/** A member. */
export const ben = '00000000-0000-4000-8000-00000000000b'
/** One who waits to enter. */
export const cleo = '00000000-0000-4000-8000-00000000000c'
/** One without a row. */
export const dora = '00000000-0000-4000-8000-00000000000d'
/** How long a node counts as alive after a beat. */
export const leaseMs = 10_000
/** How long an access token is good for. */
export const tokenLifetimeMs = 900_000

const names = new Map([
  [ana, 'Ana'],
  [ben, 'Ben'],
  [cleo, 'Cleo'],
  [dora, 'Dora'],
])

/** What a stage may have of its own. */
export interface StageOptions {
  readonly bounds?: Partial<RoomLogBounds>
  readonly room?: Partial<RoomRow>
  readonly limits?: Partial<LiveLimits>
  readonly leaseMs?: number
  /** Of all its nodes; each has its own unless given. */
  readonly metrics?: Metrics
  /** How each of its nodes gets at the room log; unless given, that is in memory. */
  readonly logFor?: (node: string) => RoomLog
  /** Its nodes do nothing between two ticks, unless this has them. */
  readonly wakeIn?: (inMs: number, run: () => void) => void
}

/** See `createStage`. */
export type Stage = ReturnType<typeof createStage>
/** A node of a stage, with a gateway in front of it and a wire that can be muddled behind it. */
export type StagedNode = Awaited<ReturnType<Stage['node']>>

/** Sync nodes on one room log in memory, an owner of memberships, tokens, and a clock that stands still until told. */
export function createStage({
  bounds = {},
  room = {},
  limits = {},
  leaseMs: stagedLeaseMs = leaseMs,
  metrics,
  logFor,
  wakeIn = () => {},
}: StageOptions = {}) {
  const clock = createManualClock()
  const newLog = () => createMemoryRoomLog({ clock, bounds: { ...defaultBounds, ...bounds } })
  let shared = newLog()
  const owner = createOwner(clock.nowMs(), room)
  const tokens = createTokens(clock)
  const lines: string[] = []
  let nodes = 0
  let sessions = 0

  return {
    clock,
    owner,
    tokens,
    /** What the nodes have logged. */
    lines,
    /** The room log has lost everything. */
    loseLog(): void {
      shared = newLog()
    },
    /** A node that has reached the log. `wall.offByMs`: how far its wall clock is off, which may change. */
    async node(name = `n${++nodes}`, wall: { offByMs: number } = { offByMs: 0 }) {
      // Its wall clock may be off, and may jump; its monotonic one is nobody else's business.
      const own: Clock = { nowMs: () => clock.nowMs() + wall.offByMs, monotonicMs: () => clock.monotonicMs() }
      const given = logFor?.(name)
      const tap = tapLog(() => given ?? shared.forNode(name))
      const node = createLiveNode({
        node: name,
        log: tap.log,
        memberships: owner,
        verifier: tokens,
        passes: createPasses('the key of all nodes'),
        clock: own,
        ids: createSeededIds([...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7)),
        logger: createLog({ level: 'debug', service: 'sync', clock: own, write: (line) => void lines.push(line) }),
        metrics: metrics ?? createMetrics({ service: 'sync' }),
        limits: { ...defaultLimits, ...limits },
        graces: defaultGraces,
        leaseMs: stagedLeaseMs,
        tokenLifetimeMs,
        wakeIn,
      })
      await node.upkeep.beat()
      const gateway = createGateway(node, name)
      const open = (userId: string, request: Partial<OpenRequest> = {}) =>
        gateway.open({ room: code, token: tokens.issue(userId, { sessionId: sessionId(++sessions) }), ...request })
      return {
        name,
        node,
        tap,
        gateway,
        open,
        /** A member who has its ROOM_STATE. */
        async enter(userId: string, request: Partial<OpenRequest> = {}) {
          const client = open(userId, request)
          await client.next('ROOM_STATE')
          return client
        },
        /** Changes a row at its owner, and applies it here as the fact that tells of it would be. */
        async decide(userId: string, standing: Standing, fields: Partial<ParticipantRow> = {}): Promise<void> {
          await applyParticipant(node.context, owner.put(userId, { standing, ...fields }))
        },
        async change(fields: Partial<RoomRow>): Promise<void> {
          await applyRoom(node.context, owner.putRoom(fields))
        },
        /** Lets time pass, and the node do what it does by the clock. */
        async pass(byMs: number): Promise<void> {
          clock.advance(byMs)
          node.upkeep.tick()
          await settled()
        },
      }
    },
  }
}

/** Resolves when everything has been done that was under way within this process and waits for nobody. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The id of the session of this number. */
export const sessionId = (number: number): string => `00000000-0000-4000-9000-${number.toString(16).padStart(12, '0')}`
/** A line of chat, as a client sends it. */
export const chat = (message: string, id?: string) => ({ type: 'CHAT_MESSAGE', message, ...(id === undefined ? {} : { id }) })

/** The owner of memberships, with its rows in memory. */
function createOwner(nowMs: number, room: Partial<RoomRow>) {
  let version = 10
  let away: RefusalCode | undefined
  let held: Promise<void> | undefined
  const asked: string[] = []
  const questions: NewerRowsQuery['rooms'][] = []
  const successions: SuccessionQuery[] = []
  const chosen = new Set<string>()
  let pageLength = 1_000
  let row: RoomRow | null = {
    room_id: '00000000-0000-4000-8000-000000000001',
    room_code: code,
    name: 'Cinema',
    is_private: true,
    entry_mode: 'APPROVAL',
    host: { id: ana, display_name: 'Ana', is_guest: false },
    owner_id: ana,
    media: null,
    is_chat_enabled: true,
    ...defaultRoomSettings,
    media_by: null,
    is_active: true,
    created_at_ms: nowMs,
    version: 1,
    ...room,
  }
  const rows = new Map<string, ParticipantRow>()
  const put = (userId: string, fields: Partial<ParticipantRow>): ParticipantRow => {
    const before = rows.get(userId)
    const next: ParticipantRow = {
      room_id: '00000000-0000-4000-8000-000000000001',
      room_code: code,
      user_id: userId,
      display_name: names.get(userId) ?? 'Somebody',
      is_guest: userId !== ana,
      standing: 'APPROVED',
      role: userId === ana ? 'host' : 'member',
      joined_at_ms: nowMs,
      ...before,
      ...fields,
      version: ++version,
    }
    rows.set(userId, next)
    return next
  }
  put(ana, {})
  put(ben, {})
  put(cleo, { standing: 'PENDING' })

  const ask: Memberships['ask'] = async (roomCode, userId): Promise<MembershipAnswer> => {
    asked.push(userId)
    const known = roomCode === code ? row : null
    const pending = userId === ana ? [...rows.values()].filter(({ standing }) => standing === 'PENDING') : []
    const participant = known ? (rows.get(userId) ?? null) : null
    const answer = MembershipAnswer.parse({ room: known, participant, pending: known ? pending : [], counter: known ? version : 0 })
    await held
    if (away) throw new Refusal(away, { retryAfterMs: 1_000 })
    return answer
  }

  const newer: Memberships['newer'] = async (rooms) => {
    questions.push(rooms)
    const after = rooms.find(({ room_code: asked }) => asked === code)?.after ?? Number.POSITIVE_INFINITY
    const all = [...rows.values()].filter((each) => each.version > after).sort((one, other) => one.version - other.version)
    const participants = all.slice(0, pageLength)
    const more = participants.length < all.length
    const newerRoom = row && row.version > after ? row : null
    const up_to = (more && participants.at(-1)?.version) || version
    await held
    if (away) throw new Refusal(away, { retryAfterMs: 1_000 })
    return { rooms: participants.length > 0 || newerRoom ? [{ room_code: code, room: newerRoom, participants, up_to }] : [], more }
  }

  /** Among those whom it has rows of: the owner, else the host while it is here, else the account that came first. */
  const succeed: Memberships['succeed'] = async (question) => {
    successions.push(question)
    const { host_id, present } = question
    await held
    if (away) throw new Refusal(away, { retryAfterMs: 1_000 })
    if (!row || row.host.id !== host_id) return { room: row, participants: [] }
    const heir = [row.owner_id, row.host.id].find((id) => present.includes(id)) ?? present.find((id) => rows.get(id)?.is_guest === false)
    if (heir === undefined || heir === host_id) return { room: row, participants: [] }
    const [former, next] = [put(host_id, { role: 'member' }), put(heir, { role: 'host' })]
    row = { ...row, host: { id: heir, display_name: next.display_name, is_guest: next.is_guest }, version: ++version }
    return { room: row, participants: [former, next] }
  }

  const choose: Memberships['choose'] = async ({ user_id, command_id, video_url }) => {
    await held
    if (away) throw new Refusal(away, { retryAfterMs: 1_000 })
    if (!row) throw new Refusal('room_not_found')
    if (!video_url.startsWith('https://youtu.be/')) throw new Refusal('unsupported_video')
    if (chosen.has(`${user_id} ${command_id}`)) return row
    chosen.add(`${user_id} ${command_id}`)
    const media = { provider: 'youtube', id: video_url.slice(17), url: video_url }
    row = { ...row, media, media_by: { user_id, command_id }, version: ++version }
    return row
  }

  return {
    ask,
    newer,
    succeed,
    choose,
    /** What it was asked of who acts as host. */
    successions,
    /** What it was asked of many rooms at once. */
    questions,
    /** How many rows one answer of that kind holds from now on. */
    setPageLength(length: number): void {
      pageLength = length
    },
    put,
    /** Whom it was asked about. */
    asked,
    putRoom(fields: Partial<RoomRow>): RoomRow {
      if (!row) throw new Error('there is no room')
      row = { ...row, ...fields, version: ++version }
      return row
    },
    dropRoom(): void {
      row = null
    },
    setAway(now: boolean, code: RefusalCode = 'unavailable'): void {
      away = now ? code : undefined
    },
    /** Answers, given as things are when asked, are on their way until `release`. */
    hold() {
      const gate = Promise.withResolvers<void>()
      held = gate.promise
      return {
        release() {
          held = undefined
          gate.resolve()
        },
      }
    },
  }
}

/** Access tokens without cryptography. */
function createTokens(clock: { nowMs(): number }) {
  const issued = new Map<string, Identity>()
  let held: Promise<void> | undefined
  return {
    issue(userId: string, fields: Partial<Identity> = {}): string {
      const token = `secret-token-${issued.size}`
      const name = names.get(userId) ?? 'Somebody'
      const expiresAtMs = clock.nowMs() + tokenLifetimeMs
      issued.set(token, { userId, sessionId: sessionId(0), name, isGuest: true, isStaff: false, expiresAtMs, ...fields })
      return token
    },
    async verify(token: string): Promise<Identity> {
      await held
      const identity = issued.get(token)
      if (!identity || identity.expiresAtMs <= clock.nowMs()) throw new Refusal('unauthenticated')
      return identity
    },
    hold() {
      const gate = Promise.withResolvers<void>()
      held = gate.promise
      return {
        release() {
          held = undefined
          gate.resolve()
        },
      }
    },
  }
}
