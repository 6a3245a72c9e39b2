const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** A copy of headers without those that speak of one connection only (RFC 9110, 7.6.1), the ones named by `Connection` included. */
export function withoutHopByHop(headers: Headers): Headers {
  const copy = new Headers(headers)
  for (const named of headers.get('connection')?.split(',') ?? []) {
    const name = named.trim()
    if (token.test(name)) copy.delete(name)
  }
  for (const name of hopByHop) copy.delete(name)
  return copy
}

const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
