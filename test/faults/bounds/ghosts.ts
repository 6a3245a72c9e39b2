import { awakeMs } from '../../support/awake'
import { type DistributedStack, startDistributed } from '../../support/distributed'
import type { LiveClient } from '../../support/live-client'
import { createScene } from '../../support/scene'
import { until } from '../../support/until'

/** A way to go, and how long one who went so may still be shown as present. */
export interface GhostBound {
  readonly name: string
  /** What G7 promises with the settings that are the defaults. */
  readonly boundMs: number
  /** By how much what decides is shorter at a fraction of those. */
  readonly quickerByMs: number
}

/** How long one who went was still shown to those who stayed. */
export interface GhostTime extends GhostBound {
  readonly tookMs: number
}

interface Way extends GhostBound {
  /** By which door it comes. */
  readonly door: (stack: DistributedStack) => string
  readonly goes: (stack: DistributedStack, client: LiveClient) => unknown
}

/** By how much leases, heartbeats and the idle time are shorter than by default, where they run at a fraction of that. */
const quickerMs = { idle: 25_000 - 2_000, lease: 9_000 + 2_000 - (1_500 + 300), link: 5_000 - 1_000 } as const
const quickSettings = {
  sync: { GRACE_CLEAN_MS: '1000', GRACE_BROKEN_MS: '6000', LINK_IDLE_MS: '1000' },
  gateway: { CLIENT_IDLE_S: '2' },
} as const

const gateway = (at: number) => (stack: DistributedStack) => stack.socketUrls[at] ?? ''
const ways: readonly Way[] = [
  { name: 'a clean leave', boundMs: 1_000, quickerByMs: 0, door: gateway(0), goes: (_, client) => client.close() },
  { name: 'a broken connection', boundMs: 6_000, quickerByMs: 0, door: gateway(0), goes: (_, client) => client.drop() },
  {
    ...{ name: 'a half-open connection', boundMs: 35_000, quickerByMs: quickerMs.idle, door: gateway(1) },
    goes: (stack) => stack.wire('client', 'gateway 1').set({ flow: 'lost' }),
  },
  {
    ...{ name: 'a killed sync node', boundMs: 12_000, quickerByMs: quickerMs.lease },
    door: (stack) => stack.directUrls[1] ?? '',
    goes: (stack) => stack.syncs[1]?.kill(),
  },
  {
    ...{ name: 'a killed gateway', boundMs: 12_000, quickerByMs: 0, door: gateway(2) },
    goes: (stack) => stack.gateways[2]?.kill(),
  },
  {
    ...{ name: 'a gateway gone without a word', boundMs: 12_000, quickerByMs: quickerMs.link, door: gateway(3) },
    goes(stack) {
      stack.wire('gateway 3', 'sync 0').set({ flow: 'lost' })
      return stack.gateways[3]?.kill()
    },
  },
]

/**
 * Starts what it needs, lets one person go in each way, all at once, and tells how long each was still shown to the host,
 * who stays. With `quick` leases, heartbeats and the idle time run at a fraction of their defaults; graces never do.
 */
export async function timeGhosts({ quick, seed }: { readonly quick: boolean; readonly seed: number }): Promise<readonly GhostTime[]> {
  const stack = await startDistributed({
    ...{ gateways: [[0], [0], [0], [0]], syncs: 2, wired: ['clients', 'links'], seed, quick },
    environment: quick ? quickSettings : {},
  })
  const scene = createScene(stack)
  try {
    const goneAtMs = new Map<string, number>()
    const host = await scene.guest('Host', 0)
    const { room_code: code } = await host.create()
    const staying = await host.enter(code, {
      heard: (frame) => frame.type === 'USER_LEFT' && goneAtMs.set(frame.user.id, awakeMs()),
    })
    const leaving = []
    for (const way of ways) {
      const person = await scene.guest(way.name, 0)
      await person.http.join(person.token, code)
      leaving.push({ way, person, client: await person.enter(code, { url: way.door(stack) }) })
    }
    await staying.reaches(leaving.at(-1)?.client.seq ?? 0)
    if (goneAtMs.size > 0) throw new Error('somebody was taken for gone before')

    const going = leaving.map(async ({ way, person, client }): Promise<GhostTime> => {
      const beganMs = awakeMs()
      await way.goes(stack, client)
      await until(() => goneAtMs.has(person.id), { withinMs: 2 * way.boundMs + 5_000 })
      const { name, boundMs, quickerByMs } = way
      return { name, boundMs, quickerByMs, tookMs: (goneAtMs.get(person.id) ?? 0) - beganMs }
    })
    return await Promise.all(going)
  } finally {
    await stack.stop()
  }
}
