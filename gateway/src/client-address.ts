import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
export type Network = readonly [address: Address, prefixBits: number]

/** Longer lists of hops are nobody's honest route: only this many are read, from the right. */
const maxHops = 32

/** The one spelling of an IP address; undefined for anything else. Ports (`1.2.3.4:80`, `[::1]:80`) and zones are cut off. */
export function normaliseAddress(text: string): string | undefined {
  return parseAddress(text)?.toString()
}

/** An address or a CIDR network, as `TRUSTED_PROXIES` lists them. */
export function parseNetwork(text: string): Network | undefined {
  if (ipaddr.isValidCIDR(text)) {
    const [address, bits] = ipaddr.parseCIDR(text)
    // A network of IPv4-mapped addresses is the IPv4 network it stands for.
    if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96) return [address.toIPv4Address(), bits - 96]
    return [address, bits]
  }
  const address = parseAddress(text)
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** Tells who a request comes from, when only some connections are proxies one trusts. */
export function createClientAddresses(trustedProxies: readonly string[]) {
  const networks = trustedProxies.map(parseNetwork).filter((network) => network !== undefined)
  const trusts = (address: Address | undefined) =>
    address !== undefined && networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))

  return {
    /** Whether `peerAddress` may speak for others. */
    isTrusted: (peerAddress: string): boolean => trusts(parseAddress(peerAddress)),

    /**
     * The address of the client behind `peerAddress`. `forwardedFor` is read from
     * the right, one hop for every trusted one; a hop that is no address is not believed.
     */
    clientOf(peerAddress: string, forwardedFor: string | null): string {
      let client = parseAddress(peerAddress)
      const hops = forwardedFor?.split(',').slice(-maxHops) ?? []
      while (trusts(client)) {
        const hop = parseAddress(hops.pop() ?? '')
        if (!hop) break
        client = hop
      }
      return client?.toString() ?? 'unknown'
    },
  }
}

function parseAddress(text: string): Address | undefined {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1')
    .replace(/^([\d.]+):\d{1,5}$/, '$1')
    .replace(/%.*$/, '')
  // ipaddr.js reads `1`, `0x7f.1` and `010.0.0.1` as IPv4; no proxy writes them.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare)
  if (!ipaddr.IPv6.isValid(bare) || !bare.includes(':')) return undefined
  const address = ipaddr.IPv6.parse(bare)
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}
