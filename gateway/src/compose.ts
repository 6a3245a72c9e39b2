import { createInternalSecret, createTokenVerifier, fetchJwksFrom, type Metrics, serve, type Upstream } from '@matinee/http'
import type { Clock, Log } from '@matinee/kernel'
import { createApp } from './app'
import type { GatewayConfig } from './config'
import type { WatchPage } from './page/watch-page'
import type { Sockets } from './sockets.port'

export { oneSyncNode } from './link/sync-nodes'
export { openWatchPage } from './page/watch-page'
export { createSockets } from './sockets'

export interface GatewayDeps<Data> {
  readonly config: GatewayConfig
  readonly auth: Upstream
  readonly rooms: Upstream
  readonly sockets: Sockets<Data>
  /** Without it `/` says how to build it. */
  readonly watchPage?: WatchPage | undefined
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
}

/** A reply that waits for a service must not look idle to the server that holds its connection. */
const idleMarginS = 5

/**
 * A listening gateway. It is ready as soon as this returns; no service has to be
 * up. Stopping takes no new connections, lets requests under way finish, has the
 * sockets sent elsewhere, and closes what is left.
 */
export function composeGateway<Data = undefined>({ config, auth, rooms, sockets, watchPage, log, metrics, clock }: GatewayDeps<Data>) {
  const internalSecret = createInternalSecret(config.internalSecret)
  const verifier = createTokenVerifier({ issuer: config.issuer, fetchJwks: fetchJwksFrom(auth), clock })
  const app = createApp({ config, upstreams: { auth, rooms }, internalSecret, verifier, watchPage, log, metrics, clock })
  const idleS = Math.min(255, Math.ceil(config.upstreamTimeoutMs / 1000) + idleMarginS)

  const served = serve<Data>({
    port: config.port,
    hostname: config.host,
    portSetting: 'PORT',
    websocket: sockets.websocket,
    fetch: (request, server) => {
      server.timeout(request, idleS)
      return app.fetch(request, {
        peerAddress: server.requestIP(request)?.address ?? 'unknown',
        upgrade: () => sockets.upgrade(request, server),
      })
    },
  })

  let stopping: Promise<void> | undefined
  const stop = async () => {
    // Closes the door at once; it resolves only when the last socket has gone, so nobody waits for it.
    void served.server.stop()
    await sockets.drain()
    await served.stop()
  }
  return {
    port: served.port,
    url: served.url,
    stop: (): Promise<void> => {
      stopping ??= stop()
      return stopping
    },
  }
}
