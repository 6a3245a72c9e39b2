import * as z from 'zod'
import { VideoUrl } from '../http/rooms'
import { MediaS } from '../ids'

/** The client's own name for a command: repeated within 10 minutes, the command takes effect once. */
export const CommandId = z
  .string()
  .regex(/^[\x20-\x7e]{1,64}$/, 'must be 1–64 printable ASCII characters')
  .meta({ description: "The client's own, unique per user and room for 10 minutes." })

const id = CommandId.optional()
const expect_version = z.int().min(0).optional().meta({ description: 'Refuse with version_conflict unless playback is at this version.' })

export const ChatCommand = z.strictObject({
  type: z.literal('CHAT_MESSAGE'),
  message: z
    .string()
    .transform((typed) => typed.trim())
    .pipe(z.string().min(1).max(2_000))
    .refine((message) => message.isWellFormed(), 'must not hold half of a character')
    .meta({ description: '1–2,000 UTF-16 code units after trimming.' }),
  id,
})
export const PlayCommand = z.strictObject({ type: z.literal('PLAY'), time: MediaS, id, expect_version })
export const PauseCommand = z.strictObject({ type: z.literal('PAUSE'), time: MediaS, id, expect_version })
export const SeekCommand = z.strictObject({ type: z.literal('SEEK'), time: MediaS, id, expect_version })
/** Media seconds that pass per second. */
export const Rate = z.number().min(0.25).max(4)
export const RateCommand = z.strictObject({ type: z.literal('RATE'), rate: Rate, id, expect_version })
export const MediaCommand = z.strictObject({ type: z.literal('MEDIA'), video_url: VideoUrl, id, expect_version })

/** A span that a client measured, in milliseconds; of more than ten minutes nothing can be learned. */
const measuredMs = z.number().min(0).max(600_000)
const measures = {
  delay_ms: measuredMs.optional().meta({ description: 'Half the round trip to the server.' }),
  start_cost_ms: measuredMs.optional().meta({ description: 'How long the player takes from being told to play until it does.' }),
}
export const ReportCommand = z.strictObject({
  type: z.literal('REPORT'),
  position: MediaS.meta({ description: 'Media seconds, at `at_ms`.' }),
  playing: z.boolean(),
  rate: z.number().min(0).max(16).meta({ description: "The player's own, corrections included." }),
  at_ms: z.number().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: "The client's estimate of the room log's clock." }),
  error_ms: measuredMs.meta({ description: 'How far that estimate may be off.' }),
  ...measures,
  stalled: z.boolean().optional().meta({ description: 'Whether the player would play, and cannot.' }),
})
export const ReadyCommand = z.strictObject({
  type: z.literal('READY'),
  version: z.int().min(0).meta({ description: 'Of the playback for which the player is ready.' }),
  error_ms: measuredMs.optional(),
  ...measures,
})
export const TimeSyncCommand = z.strictObject({
  type: z.literal('TIME_SYNC'),
  t0: z.number().meta({ description: "Any number of the client's own clock; it comes back." }),
})
export const AuthCommand = z.strictObject({ type: z.literal('AUTH'), token: z.string().min(1).max(8_192) })
/** The answer to RECOVERED: what follows are the commands without an ACK again, in the order in which they were first sent, then what is new. */
export const RecoveredAnswer = z.strictObject({ type: z.literal('RECOVERED') })

/** What a client may send over the socket. */
export const ClientFrame = z.discriminatedUnion('type', [
  ChatCommand,
  PlayCommand,
  PauseCommand,
  SeekCommand,
  RateCommand,
  MediaCommand,
  ReportCommand,
  ReadyCommand,
  TimeSyncCommand,
  AuthCommand,
  RecoveredAnswer,
])
export type ClientFrame = z.infer<typeof ClientFrame>
export type PlaybackFrame = Extract<ClientFrame, { type: 'PLAY' | 'PAUSE' | 'SEEK' | 'RATE' }>

/** `?since=<epoch>.<seq>`: the last event a returning client has applied. */
export const ResumePoint = z.string().regex(/^[0-9A-Za-z]{1,32}\.\d{1,15}$/)

/** The socket's query string. */
export const SocketQuery = z.object({
  token: z.string().optional().meta({ description: 'The access token, where subprotocols cannot be set.' }),
  lobby: z.literal('1').optional().meta({ description: 'Hold the socket while the host decides.' }),
  since: ResumePoint.optional(),
})
