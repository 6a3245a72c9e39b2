import { Refusal } from '@matinee/kernel'

/** The URL of a request. Refuses with `misdirected_host` one that has none, for its `Host` is no host: a caller's mistake, and no bug of ours. */
export function urlOf(request: Request): URL {
  const url = URL.parse(request.url)
  if (!url) throw new Refusal('misdirected_host')
  return url
}
