import { openResolver, type Resolver } from './resolver'
import { type HttpUpstreamOptions, openHttpUpstream, type Upstream } from './upstream'

/** A service in other processes. */
export interface Service {
  readonly upstream: Upstream
  /** Looks for replicas no more. */
  stop(): void
}

export interface ServiceOptions extends Omit<HttpUpstreamOptions, 'baseUrl' | 'resolver'> {
  /** At least one. Each may stand for several replicas; the first one's scheme and host are those of all. */
  readonly urls: readonly string[]
}

/** Opens the way to all replicas of a service. Resolves after the first look for them, whether or not it found any. */
export async function openService({ urls, ...options }: ServiceOptions): Promise<Service> {
  const [baseUrl] = urls
  if (baseUrl === undefined) throw new Error('a service needs at least one address')
  const resolver: Resolver = await openResolver({ urls, log: options.log })
  return { upstream: openHttpUpstream({ ...options, baseUrl, resolver }), stop: () => resolver.stop() }
}
