import * as z from 'zod'
import { DisplayName, InstantMs, RoomCode, RoomId, UserId } from '../ids'
import { PlaybackPolicy, playbackPolicyOf } from '../playback-policy'

export const EntryMode = z.enum(['APPROVAL', 'PASSWORD'])
export const ParticipantStatus = z.enum(['PENDING', 'APPROVED'])
export const Role = z.enum(['host', 'moderator', 'member'])
export type Role = z.infer<typeof Role>
/** Who may play, pause, seek and change rate and medium: the host, its moderators too, or everybody who is in. */
export const Control = z.enum(['host', 'moderators', 'everyone'])
export type Control = z.infer<typeof Control>

/** http(s), at most 2,048 characters; never fetched by the server. */
export const VideoUrl = z.url({ protocol: /^https?$/ }).max(2_048)
export const VideoProvider = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/)
export const VideoId = z.string().min(1).max(2_048)

export const Media = z
  .object({ provider: VideoProvider, id: VideoId, url: z.string() })
  .meta({ id: 'Media', description: 'What the room watches, as its provider names it.' })
export type Media = z.infer<typeof Media>

export const Person = z.object({ id: UserId, display_name: z.string(), is_guest: z.boolean() }).meta({ id: 'Person' })
export type Person = z.infer<typeof Person>

/** What a room's own settings may say about the thresholds that its clients follow; the server's hold where it is silent. */
export const RoomPlaybackPolicy = PlaybackPolicy.partial().meta({ id: 'RoomPlaybackPolicy' })
export type RoomPlaybackPolicy = z.infer<typeof RoomPlaybackPolicy>

const settings = {
  control: Control.default('host').meta({ description: 'Who may control playback.' }),
  wait_for_ready: z.boolean().default(false).meta({ description: 'Whether a new medium or a jump waits until members are ready.' }),
  pause_for_stalled: z.boolean().default(false).meta({ description: 'Whether playback waits for a member who stalls.' }),
  successor_id: UserId.nullable().default(null).meta({ description: 'Who becomes host first when the host is gone.' }),
  playback_policy: RoomPlaybackPolicy.default({}),
}

/** What a new room has until its host says otherwise. */
export const defaultRoomSettings = {
  control: 'host',
  wait_for_ready: false,
  pause_for_stalled: false,
  successor_id: null,
  playback_policy: {},
} as const satisfies z.infer<z.ZodObject<typeof settings>>

/** The fields of a room as those are shown it who may see it. */
export const roomShape = {
  room_id: RoomId,
  room_code: z.string(),
  name: z.string(),
  is_private: z.boolean(),
  entry_mode: EntryMode.nullable().meta({ description: 'How strangers enter; null in a public room.' }),
  host: Person.meta({ description: 'Who acts as host now.' }),
  owner_id: UserId.meta({ description: 'Whom the room belongs to; the host, unless another stands in.' }),
  media: Media.nullable(),
  is_chat_enabled: z.boolean(),
  ...settings,
  is_active: z.boolean(),
  created_at_ms: InstantMs,
}

/** An object with the fields of a room. Where an older service wrote it, the settings have their defaults and the host is the owner. */
export const roomObject = <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess(ownedByHost, z.object(shape))

function ownedByHost(room: unknown): unknown {
  if (typeof room !== 'object' || room === null || 'owner_id' in room || !('host' in room)) return room
  const { host } = room
  return typeof host === 'object' && host !== null && 'id' in host ? { ...room, owner_id: host.id } : room
}

/** Shown to those who may see the room. */
export const Room = roomObject(roomShape).meta({ id: 'Room' })
export type Room = z.infer<typeof Room>

const video = { video_url: VideoUrl.optional(), video_provider: VideoProvider.optional(), video_id: VideoId.optional() }
const oneVideo = (body: { video_url?: unknown; video_provider?: unknown; video_id?: unknown }) =>
  (body.video_provider === undefined) === (body.video_id === undefined) && !(body.video_url !== undefined && body.video_id !== undefined)
const oneVideoMessage = { path: ['video_url'], message: 'give video_url, or video_provider with video_id, or neither' }

export const CreateRoomBody = z
  .strictObject({
    is_private: z.boolean().default(false),
    entry_mode: EntryMode.optional(),
    name: DisplayName.optional(),
    is_chat_enabled: z.boolean().default(true),
    ...video,
  })
  .refine(oneVideo, oneVideoMessage)
  .refine((body) => body.is_private || body.entry_mode === undefined, {
    path: ['entry_mode'],
    message: 'only a private room has an entry mode',
  })
  .meta({ id: 'CreateRoom' })

export const CreatedRoom = roomObject({
  ...roomShape,
  room_password: z.string().optional().meta({ description: 'Of a private PASSWORD room; shown this once.' }),
}).meta({ id: 'CreatedRoom' })

export const UpdateRoomBody = z
  .strictObject({
    name: DisplayName.optional(),
    is_chat_enabled: z.boolean().optional(),
    control: Control.optional(),
    wait_for_ready: z.boolean().optional(),
    pause_for_stalled: z.boolean().optional(),
    successor_id: UserId.nullable()
      .optional()
      .meta({ description: 'Of one who is in, and not the owner; null for nobody. For the owner.' }),
    playback_policy: z
      .strictObject(RoomPlaybackPolicy.shape)
      .optional()
      .meta({ description: "The room's own thresholds, all of them: what is not named is the server's." }),
    ...video,
  })
  .refine(oneVideo, oneVideoMessage)
  .refine(({ playback_policy: own }) => own === undefined || isInOrder(playbackPolicyOf(own)), {
    path: ['playback_policy'],
    message: 'must have correct_until_ms under correct_from_ms, and that under seek_beyond_ms',
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), { message: 'nothing to change' })
  .meta({ id: 'UpdateRoom' })

const isInOrder = ({ correct_until_ms, correct_from_ms, seek_beyond_ms }: PlaybackPolicy): boolean =>
  correct_until_ms < correct_from_ms && correct_from_ms < seek_beyond_ms

export const JoinRoomBody = z.strictObject({ room_code: RoomCode, password: z.string().max(128).optional() }).meta({ id: 'JoinRoom' })
export const Joined = z
  .object({ room_id: RoomId, room_code: z.string(), status: ParticipantStatus, is_host: z.boolean() })
  .meta({ id: 'Joined' })
export type Joined = z.infer<typeof Joined>

export const ParticipantBody = z.strictObject({ room_id: RoomId, user_id: UserId }).meta({ id: 'ParticipantOfRoom' })
export const SetRoleBody = z.strictObject({ room_id: RoomId, user_id: UserId, role: Role.exclude(['host']) }).meta({ id: 'SetRole' })
export const RoomBody = z.strictObject({ room_id: RoomId }).meta({ id: 'RoomById' })

export const Approved = z.object({ status: z.literal('APPROVED') }).meta({ id: 'Approved' })
export const Denied = z.object({ status: z.literal('DENIED') }).meta({ id: 'Denied' })
export const RoleSet = z.object({ role: Role }).meta({ id: 'RoleSet' })
export const Left = z.object({ status: z.literal('LEFT') }).meta({ id: 'Left' })
export const Closed = z.object({ status: z.literal('CLOSED') }).meta({ id: 'Closed' })

export const ListRoomsQuery = z.strictObject({
  query: z.string().max(100).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
export const RoomList = z
  .object({
    rooms: z.array(roomObject({ ...roomShape, viewers: z.int() }).meta({ id: 'ListedRoom' })),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'RoomList' })
export type RoomList = z.infer<typeof RoomList>

export const RoomPath = z.object({ room_code: RoomCode })

export const Participant = z
  .object({
    user: Person,
    status: ParticipantStatus,
    role: Role,
    joined_at_ms: InstantMs,
    last_heartbeat_ms: InstantMs.nullable().meta({ description: 'When the live room last saw this person.' }),
  })
  .meta({ id: 'Participant' })
export const ParticipantList = z.object({ participants: z.array(Participant) }).meta({ id: 'ParticipantList' })
export type ParticipantList = z.infer<typeof ParticipantList>
