import { normaliseAddress } from './client-address'

/**
 * Decides by the `Host` header whether a request meant us. Allowed are the
 * listed names and every IP literal, at any port: a page that rebinds its own
 * name to our address is refused, a person who types our address is not.
 */
export function createHostCheck(allowedHosts: readonly string[]) {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()))
  return (hostHeader: string | null): boolean => {
    // Anchored, so that `localhost/admin?`, `user@localhost` and `localhost, evil` (two headers) are no host at all.
    const host = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.exec(hostHeader ?? '')?.[1]?.toLowerCase()
    // A port that is none is no host either: there is no URL of it.
    if (host === undefined || !URL.canParse(`http://${hostHeader}`)) return false
    // The final dot of a fully qualified name names the same host.
    return allowed.has(host.replace(/\.$/, '')) || normaliseAddress(host) !== undefined
  }
}
