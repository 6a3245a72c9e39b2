import { ClientFrame, ServerFrame } from '@matinee/contracts'
import * as z from 'zod'

/** One message of the socket: everything sent under one `type` in one direction. */
export interface Frame {
  readonly from: 'client' | 'server'
  readonly type: string
  readonly summary: string
  /** Whether it is an event of the room's log, which has a `seq`. */
  readonly logged: boolean
  readonly payload: z.ZodType
}

const clientSummaries: Readonly<Record<ClientFrame['type'], string>> = {
  CHAT_MESSAGE: 'Say something. Every member may, unless chat is off.',
  PLAY: "Start playing from `time`. For those whom the room's `control` names, by default the host.",
  PAUSE: 'Stop at `time`. As `PLAY`.',
  SEEK: 'Move to `time`; playing or not stays as it is. As `PLAY`.',
  RATE: 'Play faster or slower; playing or not stays as it is. As `PLAY`.',
  MEDIA: 'Watch another video, from 0, paused. As `PLAY`.',
  REPORT:
    "Where my player is, every `policy.report_interval_ms`: the room learns how far apart its members are, and what delays there are. Nobody's playback moves for it.",
  READY: 'My player can play from where playback stands at `version`: the room need not wait for me.',
  TIME_SYNC: "Ask for the server's time, to learn the offset of one's own clock.",
  AUTH: 'Renew the access token: of the same user and session.',
  RECOVERED: 'The answer to `RECOVERED`, before the commands that are sent again.',
}

const serverSummaries: Readonly<Record<ServerFrame['type'], string>> = {
  ROOM_STATE:
    'First frame of a member, again with each part of much that was missed, and whenever it must start over: the whole state, or where the events that follow resume.',
  USER_JOINED: 'Somebody is here now: a person, however many sockets they have.',
  USER_LEFT: 'Somebody has gone.',
  PRESENCE: 'In rooms over 200: who came and who went within a second, instead of `USER_JOINED` and `USER_LEFT`, and how many are here.',
  CHAT_MESSAGE: 'Somebody said something.',
  PLAY: 'Playing from `time`, which holds at `at_ms`.',
  PAUSE: 'Paused at `time`.',
  SEEK: 'Moved to `time`.',
  RATE: 'Faster or slower from `at_ms` on.',
  MEDIA: 'Another medium: at 0, paused.',
  ROOM_UPDATED: "The room's settings, whole.",
  HOST_CHANGED: 'Somebody else acts as host now.',
  ROLE_CHANGED: 'Somebody is a moderator now, or no longer.',
  PARTICIPANT_REMOVED: 'Somebody is no longer a participant.',
  ROOM_CLOSED: 'The room is closed; sockets close with 4410.',
  LOBBY: 'Wait here until the host decides (`?lobby=1`).',
  PARTICIPANT_PENDING: 'Somebody asks to enter. To the host.',
  PARTICIPANT_APPROVED: 'Somebody was let in. To the host and the one concerned.',
  PARTICIPANT_DENIED: 'Somebody was turned down. To the host and the one concerned.',
  ACK: 'The command of that `id` took effect as event `seq`.',
  ERROR: 'A no, to the sender alone; or why the socket is about to close.',
  WAITING: 'Playback waits for `users`, until all are ready, and no longer than `deadline_at_ms`. Without users: it waits no longer.',
  SKEW: 'How far apart those are who report, and how far each is off the timeline; at most once a second.',
  RECOVERED: 'The node behind this socket changed: answer `RECOVERED`, then send every command without an `ACK` again, under its id.',
  NOTICE: 'How the room is doing.',
  RECONNECT: 'This gateway is going: come back after `after_ms`.',
  HEARTBEAT: 'Every so often when idle, with the head of the log.',
  TIME_SYNC: 'The answer: `t0` as it was sent, `t1` when it came in, `t2` when it left.',
  TOKEN_EXPIRING: 'Send `AUTH` with a fresh token before then.',
  AUTHENTICATED: 'The token was renewed.',
}

/** Every message a client may send. */
export const clientFrames = framesOf('client', ClientFrame, clientSummaries)
/** Every message the server may send. */
export const serverFrames = framesOf('server', ServerFrame, serverSummaries)

function framesOf(from: Frame['from'], schema: z.ZodType, summaries: Readonly<Record<string, string>>): readonly Frame[] {
  const byType = Map.groupBy(
    leaves(schema).flatMap((leaf) => typesOf(leaf).map((type) => ({ type, leaf }))),
    ({ type }) => type,
  )
  return [...byType].map(([type, sharing]) => {
    const payloads = sharing.map(({ leaf }) => leaf.extend({ type: z.literal(type) }))
    const [only] = payloads
    const logged = sharing.every(({ leaf }) => 'seq' in leaf.shape && 'sent_at_ms' in leaf.shape)
    return { from, type, summary: summaries[type] ?? '', logged, payload: payloads.length === 1 && only ? only : z.union(payloads) }
  })
}

/** The object schemas of a union of unions. */
function leaves(schema: z.core.$ZodType): readonly z.ZodObject[] {
  if (schema instanceof z.ZodObject) return [schema]
  if (schema instanceof z.ZodUnion || schema instanceof z.ZodDiscriminatedUnion) return schema.options.flatMap(leaves)
  throw new Error('a frame is neither an object nor a union of objects')
}

function typesOf(leaf: z.ZodObject): readonly string[] {
  const { type } = leaf.shape
  if (type instanceof z.ZodLiteral) return [...type.values].map(String)
  if (type instanceof z.ZodEnum) return type.options.map(String)
  throw new Error('a frame has no type')
}
