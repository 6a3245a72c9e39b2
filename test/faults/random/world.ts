import { type DistributedStack, startDistributed } from '../../support/distributed'

/** The stack that random faults befall: two gateways may use either node, the third is tied to the second, and all wires can be broken. */
export const startWorld = (seed: number): Promise<DistributedStack> =>
  startDistributed({
    ...{ gateways: [[0, 1], [0, 1], [1]], syncs: 2, auths: 1, rooms: 2, seed },
    wired: ['clients', 'links', 'redis', 'nats', 'postgres'],
    environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off', CLIENT_IDLE_S: '6' } },
  })
