import * as z from 'zod'
import { defaultPlaybackPolicy } from '../default-playback-policy'
import { Media, Person, Role, Room } from '../http/rooms'
import { InstantMs, MediaS, UserId } from '../ids'
import { PlaybackPolicy } from '../playback-policy'
import { refusalCodes } from '../refusals'

/** What the server sends. Clients ignore fields and types they do not know. */

const atMs = InstantMs.meta({ description: "Unix milliseconds on the room log's clock." })

export const Member = Person.extend({ role: Role }).meta({ id: 'Member' })
export type Member = z.infer<typeof Member>

const logged = { seq: z.int().min(1).meta({ description: 'Per room, from 1, no gaps.' }), sent_at_ms: atMs }

/** The shared timeline: `time` holds at `at_ms`; while playing it moves on by `rate`. */
const timeline = {
  media: Media.nullable(),
  playing: z.boolean(),
  time: MediaS,
  at_ms: atMs.meta({ description: 'The instant at which `time` holds; may lie ahead.' }),
  rate: z.number(),
  version: z.int().min(0).meta({ description: 'Rises by one with every accepted command; never apply an older one.' }),
  put_off: z.boolean().optional().meta({
    description: 'Whether the start lies as far ahead as the room waits for its members: send READY. It may come sooner, as a PLAY.',
  }),
}

export const UserJoined = z.object({ type: z.literal('USER_JOINED'), ...logged, user: Member })
export const UserLeft = z.object({ type: z.literal('USER_LEFT'), ...logged, user: Member })
export const Presence = z.object({
  type: z.literal('PRESENCE'),
  ...logged,
  joined: z
    .array(Member)
    .meta({ description: 'Those who are here now and were not; one whose ROOM_STATE was newer may know itself already.' }),
  left: z.array(Member).meta({ description: 'Those who were here and are not any more.' }),
  total: z.int().min(0).meta({ description: 'How many are here now.' }),
})
export const ChatMessage = z.object({ type: z.literal('CHAT_MESSAGE'), ...logged, id: z.string(), user: Member, message: z.string() })
export const PlaybackEvent = z.object({
  type: z.enum(['PLAY', 'PAUSE', 'SEEK', 'RATE', 'MEDIA']),
  ...logged,
  ...timeline,
  user: Member.nullable(),
})
export const RoomUpdated = z.object({ type: z.literal('ROOM_UPDATED'), ...logged, room: Room })
export const HostChanged = z.object({ type: z.literal('HOST_CHANGED'), ...logged, user: Member, role: Role })
export const RoleChanged = z.object({ type: z.literal('ROLE_CHANGED'), ...logged, user: Member, role: Role })
export const ParticipantRemoved = z.object({
  type: z.literal('PARTICIPANT_REMOVED'),
  ...logged,
  user: Member,
  reason: z.enum(['left', 'removed']),
})
export const RoomClosed = z.object({ type: z.literal('ROOM_CLOSED'), ...logged, reason: z.string() })

/** The room's log: everybody in the room gets every one of these, in the same order. */
export const LogEvent = z
  .discriminatedUnion('type', [
    UserJoined,
    UserLeft,
    Presence,
    ChatMessage,
    PlaybackEvent,
    RoomUpdated,
    HostChanged,
    RoleChanged,
    ParticipantRemoved,
    RoomClosed,
  ])
  .meta({ id: 'LogEvent' })
export type LogEvent = z.infer<typeof LogEvent>
export type LogEventType = LogEvent['type']

export const Playback = z.object({ ...timeline, user: Member.nullable() }).meta({ id: 'Playback' })
export type Playback = z.infer<typeof Playback>

const { shape: thresholds } = PlaybackPolicy
/** An older server names no thresholds: its clients follow the defaults. */
export const Policy = z
  .object({
    heartbeat_ms: z.int(),
    silence_ms: z.int(),
    start_lead_ms: z.int(),
    report_interval_ms: thresholds.report_interval_ms.default(defaultPlaybackPolicy.report_interval_ms),
    correct_from_ms: thresholds.correct_from_ms.default(defaultPlaybackPolicy.correct_from_ms),
    correct_until_ms: thresholds.correct_until_ms.default(defaultPlaybackPolicy.correct_until_ms),
    max_rate_change: thresholds.max_rate_change.default(defaultPlaybackPolicy.max_rate_change),
    seek_beyond_ms: thresholds.seek_beyond_ms.default(defaultPlaybackPolicy.seek_beyond_ms),
    ready_timeout_ms: thresholds.ready_timeout_ms.default(defaultPlaybackPolicy.ready_timeout_ms),
  })
  .meta({ id: 'Policy', description: 'What all clients of the room agree on.' })
export type Policy = z.infer<typeof Policy>

const standing = { epoch: z.string().regex(/^[0-9A-Za-z]{1,32}$/), seq: z.int().min(0), you: Member, policy: Policy, server_time_ms: atMs }

export const Snapshot = z.object({
  type: z.literal('ROOM_STATE'),
  resumed: z.literal(false),
  reason: z.enum(['first', 'window', 'epoch', 'ahead']),
  ...standing,
  room: Room,
  participants: z.array(Member).meta({ description: 'Those present, newest first, at most 100.' }),
  participants_total: z.int().meta({ description: 'How many are present, this client included.' }),
  playback: Playback,
  chat_history: z.array(ChatMessage),
  pending: z.array(Person).optional().meta({ description: 'Those who wait to enter; for hosts.' }),
})
export const Resumed = z.object({
  type: z.literal('ROOM_STATE'),
  resumed: z.literal(true),
  ...standing,
  head_seq: z.int().meta({ description: 'The events seq+1 … head_seq follow.' }),
  pending: z.array(Person).optional(),
})
export const RoomState = z.discriminatedUnion('resumed', [Snapshot, Resumed]).meta({ id: 'RoomState' })

export const Lobby = z.object({ type: z.literal('LOBBY'), room: z.object({ room_code: z.string(), name: z.string() }) })
export const ParticipantNote = z.object({
  type: z.enum(['PARTICIPANT_PENDING', 'PARTICIPANT_APPROVED', 'PARTICIPANT_DENIED']),
  user: Person,
})
export const Ack = z.object({ type: z.literal('ACK'), id: z.string(), seq: z.int() })
export const ErrorFrame = z.object({
  type: z.literal('ERROR'),
  code: z.enum(refusalCodes),
  message: z.string(),
  retryable: z.boolean(),
  id: z.string().optional(),
  retry_after_ms: z.int().optional(),
  field: z.string().optional().meta({ description: 'Which field is wrong (invalid_frame).' }),
  playback: Playback.optional().meta({ description: 'The current state (version_conflict).' }),
})
/** Playback waits, for a new medium, a jump or one who stalls. `users` empty: it waits no longer. */
export const Waiting = z.object({
  type: z.literal('WAITING'),
  version: z.int().min(0).meta({ description: 'Of the playback that waits.' }),
  users: z.array(Person).meta({ description: 'For whom, at most 20 of them; none: the wait is over.' }),
  deadline_at_ms: atMs.meta({ description: 'When it goes on without them, by the clock of the room log.' }),
})
/** How far apart those are who report, at most once a second. */
export const Skew = z.object({
  type: z.literal('SKEW'),
  members: z
    .array(
      z.object({
        user_id: UserId,
        drift_ms: z.number().meta({ description: 'Ahead of the timeline where positive.' }),
        error_ms: z.number().min(0).meta({ description: 'How far `drift_ms` may be off.' }),
      }),
    )
    .meta({ description: 'Those who have reported lately, the ones furthest off first, at most 100; in a crowd fewer.' }),
  skew_ms: z.number().min(0).meta({
    description:
      'Between those 5 of 100 who are furthest behind and those 5 of 100 who are furthest ahead; of up to twenty, between the last and the first.',
  }),
})
export const Recovered = z.object({ type: z.literal('RECOVERED') })
export const Notice = z.object({ type: z.literal('NOTICE'), code: z.enum(['read_only', 'restored', 'reconnecting']) })
export const Reconnect = z.object({ type: z.literal('RECONNECT'), after_ms: z.int() })
export const Heartbeat = z.object({ type: z.literal('HEARTBEAT'), seq: z.int() })
export const TimeSync = z.object({ type: z.literal('TIME_SYNC'), t0: z.number(), t1: z.number(), t2: z.number() })
export const TokenExpiring = z.object({ type: z.literal('TOKEN_EXPIRING'), expires_at_ms: atMs })
export const Authenticated = z.object({ type: z.literal('AUTHENTICATED'), expires_at_ms: atMs })

export const ServerFrame = z.union([
  RoomState,
  LogEvent,
  Lobby,
  ParticipantNote,
  Ack,
  ErrorFrame,
  Waiting,
  Skew,
  Recovered,
  Notice,
  Reconnect,
  Heartbeat,
  TimeSync,
  TokenExpiring,
  Authenticated,
])
export type ServerFrame = z.infer<typeof ServerFrame>
