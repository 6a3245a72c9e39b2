import type { Server } from 'bun'
import type { InternalSecret } from './internal-secret'

export const clientAddressHeader = 'x-matinee-client-address'

/**
 * Where the client is. The gateway's header is believed only together with the
 * internal secret; otherwise the peer of the connection, otherwise `unknown`.
 */
export function clientAddress(request: Request, secret: InternalSecret, peerAddress: string | undefined = peerAddressOf(request)): string {
  const told = request.headers.get(clientAddressHeader)
  if (told && told.length <= maxAddressLength && secret.matches(request)) return told
  return peerAddress ?? 'unknown'
}

/** The address at the other end of the connection, for requests that came in through `serve`. */
export function peerAddressOf(request: Request): string | undefined {
  return servers.get(request)?.requestIP(request)?.address
}

/** Remembers which server a request came in through, as long as the request lives. */
export function rememberServer(request: Request, server: Pick<Server<unknown>, 'requestIP'>): void {
  servers.set(request, server)
}

const servers = new WeakMap<Request, Pick<Server<unknown>, 'requestIP'>>()
/** An IPv6 address with a zone, and some. */
const maxAddressLength = 64
