import { bearerPrefix, ResumePoint, subprotocol } from '@matinee/contracts'
import type { RateLimit } from '@matinee/kernel'

/** How many sockets one address may open, unless configured otherwise. */
export const defaultHandshakeLimit: RateLimit = { count: 120, periodMs: 60_000 }

/** What a client asks for when it opens a socket. */
export interface Handshake {
  /** As it stands in the path; whether it is a room code, the room's owner says. */
  readonly room: string
  /** Empty when none was given. */
  readonly token: string
  readonly lobby: boolean
  readonly since?: string
  /** What to answer as `Sec-WebSocket-Protocol`: never the token, though Bun would echo whatever was offered first. */
  readonly protocol?: string
}

const roomPath = /^\/ws\/room\/([^/]{1,64})\/?$/

/** Whether this request is meant for a room's socket. */
export const isRoomSocket = (path: string): boolean => path.startsWith('/ws/room/')

/** Reads the request; names the field that is wrong if one is. A wrong token or code is not judged here. */
export function readHandshake(request: Request): Handshake | { readonly invalid: string } {
  const url = new URL(request.url)
  const room = roomPath.exec(url.pathname)?.[1]
  if (room === undefined) return { invalid: 'room_code' }
  const offered = (request.headers.get('sec-websocket-protocol') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const bearer = offered.find((name) => name.startsWith(bearerPrefix))?.slice(bearerPrefix.length)
  const since = url.searchParams.get('since')
  if (since !== null && !ResumePoint.safeParse(since).success) return { invalid: 'since' }
  const lobby = url.searchParams.get('lobby')
  if (lobby !== null && lobby !== '1') return { invalid: 'lobby' }
  return {
    room: decode(room),
    token: bearer ?? url.searchParams.get('token') ?? '',
    lobby: lobby === '1',
    ...(since === null ? {} : { since }),
    ...(offered.includes(subprotocol) ? { protocol: subprotocol } : {}),
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/**
 * Whether a page of this origin may open a socket here: the page's own host, or a
 * listed origin. No Origin at all is a program, not a page, and may.
 */
export function originAllowed(headers: Headers, allowedOrigins: readonly string[]): boolean {
  const origin = headers.get('origin')
  if (origin === null || allowedOrigins.includes(origin)) return true
  const host = URL.parse(origin)?.host
  // `null`, which sandboxed and local pages send, has no host and is nobody's.
  return host !== undefined && host !== '' && host === headers.get('host')?.toLowerCase()
}
