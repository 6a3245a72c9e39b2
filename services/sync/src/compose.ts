import type { Bus } from '@matinee/bus'
import { roomsSeenSubject } from '@matinee/contracts'
import { createInternalApp, createInternalSecret, createMetrics, createTokenVerifier, fetchJwksFrom, type Upstream } from '@matinee/http'
import {
  type Clock,
  createLifecycle,
  createSingleFlight,
  type Ids,
  type Lifecycle,
  type Log,
  type Running,
  systemClock,
  systemIds,
} from '@matinee/kernel'
import type { AcceptLink } from '@matinee/link'
import { createSweeping } from '@matinee/socket'
import packageJson from '../package.json'
import type { SyncConfig } from './config'
import { createDirectDoor } from './doors/direct-door'
import { createLinkDoors } from './doors/link-door'
import { createLiveNode } from './live/node'
import { createMemberships } from './memberships'
import { createPasses } from './passes'
import type { RoomLog } from './ports'
import { subscribe } from './subscriptions'

export { defaultSyncConfig, type SyncConfig } from './config'
export type { RoomLog } from './ports'
export { createMemoryRoomLog } from './store/room-log.memory'

/** What a node is composed of. */
export interface ComposeSyncOptions {
  readonly config: SyncConfig
  /** This node's name: unique among all nodes that ever were, letters and digits. */
  readonly node: string
  /** Stays the caller's. */
  readonly bus: Bus
  readonly roomLog: RoomLog
  readonly auth: Upstream
  /** The internal face of rooms. */
  readonly rooms: Upstream
  readonly log: Log
  readonly clock?: Clock
  readonly ids?: Ids
}

/** A running sync node, without ports of its own: whoever composes it serves it. */
export interface ComposedSync extends Running {
  /** How gateways link to it. */
  readonly acceptLink: AcceptLink
  /** Client sockets straight to this node. */
  readonly direct: ReturnType<typeof createDirectDoor>
  /** Answers `/health/…` and `/metrics`; for the internal port. */
  internalFetch(request: Request): Promise<Response>
  /** From now on readiness says no. */
  drain(): void
}

/** How often a node looks at everything; a tenth of it where beats come ten times as often. */
const tickMs = 1_000

/** Starts a node: it serves as soon as the room log has answered once, and asks again until it does. */
export async function composeSync(options: ComposeSyncOptions): Promise<ComposedSync> {
  const { config, node: name, bus, roomLog, auth, rooms, log, clock = systemClock, ids = systemIds } = options
  const lifecycle = createLifecycle(log)
  const metrics = createMetrics({ service: 'sync' })
  const secret = createInternalSecret(config.internalSecret)
  const node = createLiveNode({
    node: name,
    log: roomLog,
    memberships: createMemberships({ rooms, secret }),
    verifier: createTokenVerifier({ issuer: config.issuer, fetchJwks: fetchJwksFrom(auth), clock }),
    passes: createPasses(config.passKey),
    clock,
    ids,
    logger: log,
    metrics,
    limits: config.limits,
    graces: config.graces,
    leaseMs: config.leaseMs,
    tokenLifetimeMs: config.accessTokenTtlMs,
    onArrival: createSweeping().arrived,
    wakeIn: wakingUntilStopped(lifecycle),
  })
  const linksEnded = metrics.counter({
    name: 'sync_links_ended_total',
    help: 'Links of gateways that ended, by reason.',
    labelNames: ['reason'],
  })
  const socketRefusals = metrics.counter({
    name: 'sync_socket_refusals_total',
    help: "Frames, sockets and handshakes refused on the node's own port, by reason.",
    labelNames: ['reason'],
  })
  const links = createLinkDoors({
    node,
    clock,
    logger: log,
    idleMs: config.linkIdleMs,
    onEnded: (reason) => linksEnded.inc({ reason }),
  })
  const direct = createDirectDoor({
    node,
    prefix: `${name}d`,
    clock,
    frameLimit: config.frameLimit,
    handshakeLimit: config.handshakeLimit,
    maxSockets: config.maxSockets,
    allowedOrigins: config.allowedOrigins,
    onRefused: (reason) => socketRefusals.inc({ reason }),
  })

  let reached = false
  let draining = false
  const beating = createSingleFlight<void>()
  // One at a time: a log that hangs must not be asked again and again.
  const beat = () =>
    beating('beat', async () => {
      try {
        await node.upkeep.beat()
        reached = true
      } catch (error) {
        log.warn('the room log does not answer', { error })
      }
    })
  const every = (name: string, periodMs: number, run: () => void) => {
    const timer = setInterval(run, periodMs)
    lifecycle.onStop(name, () => clearInterval(timer))
  }
  // One that is not there yet is asked at the beats.
  if (roomLog.connected()) await beat()
  let healedMs = clock.monotonicMs()

  const subscriptions = subscribe({ bus, node, clock, logger: log, tokenLifetimeMs: config.accessTokenTtlMs })
  lifecycle.onStop('subscriptions', () => subscriptions.stop())
  // While the log is away facts stay where they are stored.
  const follow = (connected: boolean) => (connected ? subscriptions.facts.resume() : subscriptions.facts.pause())
  if (!roomLog.connected()) subscriptions.facts.pause()
  roomLog.onConnected(follow)
  every('beat', config.beatMs, () => void beat())
  every('tick', Math.min(tickMs, config.beatMs / 2), () => {
    node.upkeep.tick()
    links.tick()
    direct.tick()
    if (clock.monotonicMs() - healedMs < config.healMs) return
    healedMs = clock.monotonicMs()
    void node.healing.heal()
  })
  // What NATS had stored may be gone.
  bus.onConnected((connected) => {
    if (connected) void node.healing.heal()
  })
  lifecycle.onStop('rooms being healed', () => node.healing.stop())
  every('seen', config.seenMs, () => bus.signal(roomsSeenSubject, node.upkeep.seen()))
  lifecycle.onStop('clients', async () => {
    direct.drain()
    await links.drain()
  })

  const internalApp = createInternalApp({
    service: 'sync',
    version: packageJson.version,
    log,
    metrics,
    internalSecret: secret,
    draining: () => draining,
    checks: [
      { name: 'room_log_reached', kind: 'required', run: () => reached },
      { name: 'room_log', kind: 'informative', run: () => roomLog.connected() },
      { name: 'bus', kind: 'informative', run: () => bus.connected() },
    ],
  })
  return {
    acceptLink: links.accept,
    direct,
    internalFetch: async (request) => internalApp.handle(request),
    drain: () => {
      draining = true
    },
    stop: () => lifecycle.stop(),
  }
}

/** Runs things once, each when its time has passed; none any more when the node has stopped. */
function wakingUntilStopped(lifecycle: Lifecycle): (inMs: number, run: () => void) => void {
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let stopped = false
  lifecycle.onStop('what is to be done later', () => {
    stopped = true
    for (const timer of timers) clearTimeout(timer)
  })
  return (inMs, run) => {
    if (stopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, inMs)
    timers.add(timer)
  }
}
