import * as z from 'zod'
import { DisplayName, InstantMs, RoomCode, RoomId, UserId } from '../ids'

export const EntryMode = z.enum(['APPROVAL', 'PASSWORD'])
export const ParticipantStatus = z.enum(['PENDING', 'APPROVED'])
export const Role = z.enum(['host', 'member'])
export type Role = z.infer<typeof Role>

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

/** Shown to those who may see the room. */
export const Room = z
  .object({
    room_id: RoomId,
    room_code: z.string(),
    name: z.string(),
    is_private: z.boolean(),
    entry_mode: EntryMode.nullable().meta({ description: 'How strangers enter; null in a public room.' }),
    host: Person,
    media: Media.nullable(),
    is_chat_enabled: z.boolean(),
    is_active: z.boolean(),
    created_at_ms: InstantMs,
  })
  .meta({ id: 'Room' })
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

export const CreatedRoom = Room.extend({
  room_password: z.string().optional().meta({ description: 'Of a private PASSWORD room; shown this once.' }),
}).meta({ id: 'CreatedRoom' })

export const UpdateRoomBody = z
  .strictObject({ name: DisplayName.optional(), is_chat_enabled: z.boolean().optional(), ...video })
  .refine(oneVideo, oneVideoMessage)
  .refine((body) => Object.values(body).some((value) => value !== undefined), { message: 'nothing to change' })
  .meta({ id: 'UpdateRoom' })

export const JoinRoomBody = z.strictObject({ room_code: RoomCode, password: z.string().max(128).optional() }).meta({ id: 'JoinRoom' })
export const Joined = z
  .object({ room_id: RoomId, room_code: z.string(), status: ParticipantStatus, is_host: z.boolean() })
  .meta({ id: 'Joined' })
export type Joined = z.infer<typeof Joined>

export const ParticipantBody = z.strictObject({ room_id: RoomId, user_id: UserId }).meta({ id: 'ParticipantOfRoom' })
export const RoomBody = z.strictObject({ room_id: RoomId }).meta({ id: 'RoomById' })

export const Approved = z.object({ status: z.literal('APPROVED') }).meta({ id: 'Approved' })
export const Denied = z.object({ status: z.literal('DENIED') }).meta({ id: 'Denied' })
export const Left = z.object({ status: z.literal('LEFT') }).meta({ id: 'Left' })
export const Closed = z.object({ status: z.literal('CLOSED') }).meta({ id: 'Closed' })

export const ListRoomsQuery = z.strictObject({
  query: z.string().max(100).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
export const RoomList = z
  .object({
    rooms: z.array(Room.extend({ viewers: z.int() }).meta({ id: 'ListedRoom' })),
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
