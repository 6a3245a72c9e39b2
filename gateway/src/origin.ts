/**
 * Whether a browser's page may open a socket: pages of the host they ask for,
 * and of listed origins. Programs send no `Origin`, and need none.
 */
export function mayOpenSocket(headers: Headers, allowedOrigins: readonly string[]): boolean {
  const origin = headers.get('origin')
  if (origin === null || allowedOrigins.includes(origin)) return true
  const host = URL.parse(origin)?.host
  // `null`, which sandboxed and local pages send, has no host and is nobody's.
  return host !== undefined && host !== '' && host === headers.get('host')?.toLowerCase()
}
