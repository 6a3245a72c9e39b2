import type { Policy } from '@matinee/contracts'

/** When clients hear from an idle room, and after how long a silence they should come back. */
export const policy: Policy = { heartbeat_ms: 10_000, silence_ms: 25_000, start_lead_ms: 200 }

export const ackFrame = (id: string, seq: number): string => JSON.stringify({ type: 'ACK', id, seq })
export const lobbyFrame = (roomCode: string, name: string): string => JSON.stringify({ type: 'LOBBY', room: { room_code: roomCode, name } })
export const timeSyncFrame = (t0: number, t1: number, t2: number): string => JSON.stringify({ type: 'TIME_SYNC', t0, t1, t2 })
export const authenticatedFrame = (expiresAtMs: number): string => JSON.stringify({ type: 'AUTHENTICATED', expires_at_ms: expiresAtMs })
export const tokenExpiringFrame = (expiresAtMs: number): string => JSON.stringify({ type: 'TOKEN_EXPIRING', expires_at_ms: expiresAtMs })
export const recoveredFrame = '{"type":"RECOVERED"}'
export const readOnlyFrame = '{"type":"NOTICE","code":"read_only"}'
export const restoredFrame = '{"type":"NOTICE","code":"restored"}'
