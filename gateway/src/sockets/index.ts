import type { Metrics } from '@matinee/http'
import type { Clock, Log, RateLimit } from '@matinee/kernel'
import { type ClientSocket, createClientSockets, createSweeping, type SocketData } from '@matinee/socket'
import { createSwitchboard, type Switchboard } from '../link/switchboard'
import { createSyncLinks, type SyncLinks } from '../link/sync-links'
import type { SyncNodes } from '../link/sync-nodes'
import type { Sockets } from '../sockets.port'

export interface SocketsOptions {
  readonly nodes: SyncNodes
  /** Begins every connection's id; unique among processes, letters and digits. */
  readonly prefix: string
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Undefined: frames without limit. */
  readonly frameLimit: RateLimit | undefined
  /** How often links are asked for a sign of life. */
  readonly beatMs: number
  /** How long a client's socket may be silent, its answers to pings included. */
  readonly idleS: number
  /** How long clients stay open while there is no sync node. */
  readonly parkMs: number
  /** How many may be open at once; undefined: as many as the limit of open files leaves room for. */
  readonly maxSockets?: number | undefined
  /** Over how long clients are sent away when this gateway goes. */
  readonly drainMs: number
}

/** How often sockets are looked at; as often as links, where those beat more often. */
const tickMs = 1_000

/** The client sockets of a gateway, joined to the sync nodes over links. */
export function createSockets(options: SocketsOptions): Sockets<SocketData> {
  const { nodes, prefix, clock, log, metrics, frameLimit, beatMs, idleS, maxSockets, parkMs, drainMs } = options
  metrics.gauge({
    name: 'gateway_sockets',
    help: 'Client sockets that are open.',
    collect() {
      this.set(switchboard.clients.size)
    },
  })
  metrics.gauge({
    name: 'gateway_links',
    help: 'Links to sync nodes that take new work.',
    collect() {
      this.set(links?.ready().length ?? 0)
    },
  })
  const refused = metrics.counter({
    name: 'gateway_socket_refusals_total',
    help: 'Frames, sockets and handshakes refused, by reason.',
    labelNames: ['reason'],
  })
  const linksDown = metrics.counter({
    name: 'gateway_links_down_total',
    help: 'Links to sync nodes that went down, by reason.',
    labelNames: ['reason'],
  })
  const moved = metrics.counter({
    name: 'gateway_connections_moved_total',
    help: 'Connections given to another sync node.',
    labelNames: ['released'],
  })

  const sweeping = createSweeping()
  const sockets = createClientSockets({
    prefix,
    frameLimit,
    idleS,
    maxSockets,
    monotonicMs: () => clock.monotonicMs(),
    opened(client, handshake) {
      switchboard.open(client, handshake)
      sweeping.arrived(switchboard.clients.size)
    },
    text: (client, text) => switchboard.text(client, text),
    closed: (client, code) => switchboard.closed(client, code),
    onRefused: (reason) => refused.inc({ reason }),
  })
  const switchboard: Switchboard = createSwitchboard({
    outbox: sockets.outbox,
    clock,
    parkMs,
    ready: () => links?.ready() ?? [],
    onRefused: (reason) => refused.inc({ reason }),
    onAdopted: (count, released) => moved.inc({ released: String(released) }, count),
  })
  let links: SyncLinks | undefined
  links = createSyncLinks({
    nodes,
    clock,
    log,
    beatMs,
    up: () => switchboard.up(),
    frame: (link, frame) => switchboard.frame(link, frame),
    cutOff(link) {
      const count = switchboard.leave(link)
      if (count > 0) log.warn('clients of a node that is cut off from the room log go on elsewhere', { sync_node: link.name, count })
    },
    down(link, reason) {
      linksDown.inc({ reason })
      switchboard.down(link)
    },
  })
  const ticking = setInterval(
    () => {
      sockets.tick()
      switchboard.tick()
    },
    Math.min(tickMs, beatMs),
  )

  /** Tells a client when to come back, and closes its socket at that time: not all at once, for all will come back. */
  const sendAway = (client: ClientSocket, afterMs: number): Promise<void> =>
    new Promise((resolve) => {
      sockets.outbox.send(client.outlet, JSON.stringify({ type: 'RECONNECT', after_ms: afterMs }))
      setTimeout(() => {
        sockets.outbox.close(client.outlet, 1012, 'restarting')
        resolve()
      }, afterMs)
    })

  return {
    upgrade: (request, server) => sockets.upgrade(request, server),
    websocket: sockets.websocket,
    async drain() {
      const all = [...switchboard.clients.values()]
      await Promise.all(all.map(({ socket }, place) => sendAway(socket, Math.floor((place / all.length) * drainMs))))
      clearInterval(ticking)
      // The closings of the sockets are told over the links in the same turn or the next.
      await new Promise((resolve) => setTimeout(resolve, 50))
      links.stop()
    },
  }
}
