import { defaultPlaybackPolicy, type Policy, playbackPolicyOf, type Room } from '@matinee/contracts'
import type { Replica } from '../domain/replica'
import type { LiveContext } from './context'

/** When clients hear from an idle room, and after how long a silence they should come back. */
export const policy: Policy = { heartbeat_ms: 10_000, silence_ms: 25_000, start_lead_ms: 200, ...defaultPlaybackPolicy }

/** What all clients of a room agree on: the server's policy, and the room's own thresholds. */
export const policyOf = ({ playback_policy }: Room): Policy => ({ ...policy, ...playbackPolicyOf(playback_policy) })

/** What every ROOM_STATE says besides: the policy of the room, and what time it is by the log's clock. */
export const standing = ({ logNowMs }: Pick<LiveContext, 'logNowMs'>, { room }: Pick<Replica, 'room'>) =>
  ({ policy: policyOf(room), serverTimeMs: logNowMs() }) as const

/** That a command took effect, as the event at `seq`. */
export const ackFrame = (id: string, seq: number): string => JSON.stringify({ type: 'ACK', id, seq })
/** That one has to wait for the host, and of which room. */
export const lobbyFrame = (roomCode: string, name: string): string => JSON.stringify({ type: 'LOBBY', room: { room_code: roomCode, name } })
/** When the server got a question (`t1`) and answered it (`t2`), by the room log's clock: at one instant, for it is told in whole milliseconds, and reading a frame takes microseconds. */
export const timeSyncFrame = (t0: number, nowMs: number): string => JSON.stringify({ type: 'TIME_SYNC', t0, t1: nowMs, t2: nowMs })
/** That a token has been renewed, and until when it is good. */
export const authenticatedFrame = (expiresAtMs: number): string => JSON.stringify({ type: 'AUTHENTICATED', expires_at_ms: expiresAtMs })
/** That it is time for another token. */
export const tokenExpiringFrame = (expiresAtMs: number): string => JSON.stringify({ type: 'TOKEN_EXPIRING', expires_at_ms: expiresAtMs })
/** That commands without an ACK are to be sent again, under their ids. */
export const recoveredFrame = '{"type":"RECOVERED"}'
/** That the room log is away. */
export const readOnlyFrame = '{"type":"NOTICE","code":"read_only"}'
/** That it is back, and everything that was missed has been told. */
export const restoredFrame = '{"type":"NOTICE","code":"restored"}'
