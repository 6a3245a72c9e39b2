import { startMatinee } from './matinee'
import { startBareBun, startSocketIo, startWsRedis } from './peers'
import type { System } from './system'

export interface StartOptions {
  /** A folder for CPU profiles, one of each Matinee process, written when the system stops. */
  readonly profiles?: string | undefined
}

interface Entry {
  readonly title: string
  start(name: string, options: StartOptions): Promise<System>
}

/** Every system that the bench knows, by the name it has on the command line and in the figures. */
export const catalogue = {
  'bare-bun': { title: 'one Bun process that parses and publishes: the floor', start: startBareBun },
  matinee: {
    title: 'gateway, sync, auth, rooms, Redis and NATS',
    start: (name, options) => startMatinee({ name, ...options }),
  },
  'ws-redis': { title: 'Node, `ws` and Redis pub/sub', start: startWsRedis },
  'socket.io': { title: 'Node, Socket.IO 4 and its Redis adapter', start: startSocketIo },
  'matinee-direct': {
    title: "Matinee with clients on sync's own port: no gateway between",
    start: (name, options) => startMatinee({ name, door: 'sync', ...options }),
  },
  'matinee-2x2': {
    title: 'two gateways and two sync nodes; a room is on one node',
    start: (name, options) =>
      startMatinee({
        name,
        nodesOf: [
          [0, 1],
          [1, 0],
        ],
        ...options,
      }),
  },
  'matinee-split': {
    title: 'two gateways, each with a sync node of its own: every room is on both nodes',
    start: (name, options) => startMatinee({ name, nodesOf: [[0], [1]], ...options }),
  },
} as const satisfies Readonly<Record<string, Entry>>

export type SystemName = keyof typeof catalogue

/** The system that the others are measured against; it is in every run. */
export const floor = 'bare-bun' satisfies SystemName

/** What a run without `--systems` measures. */
export const usualSystems: readonly SystemName[] = ['bare-bun', 'matinee', 'ws-redis', 'socket.io']
