import type { RateLimit } from '@matinee/kernel'
import { defaultHandshakeLimit } from '@matinee/socket'

const minuteMs = 60_000

/** What the gateway limits unless the configuration says otherwise: rooms per user, all else per address. */
export const defaultLimits = {
  requests: { count: 1_200, periodMs: minuteMs },
  guests: { count: 30, periodMs: minuteMs },
  registrations: { count: 10, periodMs: minuteMs },
  handshakes: defaultHandshakeLimit,
  rooms_created: { count: 20, periodMs: 60 * minuteMs },
} as const satisfies Record<string, RateLimit>

export type LimitName = keyof typeof defaultLimits
export type Limits = Readonly<Record<LimitName, RateLimit>>

/** The limit, beside `requests`, that a request counts against by the address it comes from. */
export function addressLimitOf(method: string, path: string): LimitName | undefined {
  if (method !== 'POST') return undefined
  const bare = path.replace(/\/$/, '')
  if (bare === '/api/auth/guest') return 'guests'
  // Each costs a password hash.
  if (bare === '/api/auth/register' || bare === '/api/auth/me/upgrade') return 'registrations'
  return undefined
}

/** Whether the request makes a room, which counts against its user. */
export const makesRoom = (method: string, path: string): boolean => method === 'POST' && path.replace(/\/$/, '') === '/api/rooms/create'
