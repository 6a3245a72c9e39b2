import type { Metrics } from '@matinee/http'

/** The numbers of a live node. */
export type LiveMetrics = ReturnType<typeof createLiveMetrics>

/** What is counted when somebody asks, not kept. */
export interface Counted {
  readonly sessions: () => number
  readonly rooms: () => number
}

/** Registers the numbers of a node; once per registry. */
export function createLiveMetrics(metrics: Metrics, counted: Counted) {
  metrics.gauge({
    name: 'sync_sessions',
    help: 'Clients connected to this node, members and waiting.',
    collect() {
      this.set(counted.sessions())
    },
  })
  metrics.gauge({
    name: 'sync_rooms',
    help: 'Rooms this node serves.',
    collect() {
      this.set(counted.rooms())
    },
  })
  return {
    commands: metrics.counter({ name: 'sync_commands_total', help: 'Commands that took effect.', labelNames: ['type'] }),
    refusals: metrics.counter<'code'>({
      name: 'sync_refusals_total',
      help: 'Refusals sent to clients, by code; `replaced` is the sixth connection of a person.',
      labelNames: ['code'],
    }),
    resumed: metrics.counter<'outcome'>({
      name: 'sync_room_states_total',
      help: 'ROOM_STATE frames, by outcome: resumed, or why it was a whole snapshot.',
      labelNames: ['outcome'],
    }),
    leads: metrics.histogram({
      name: 'sync_start_lead_ms',
      help: 'How long starts and jumps were put off so that everybody could be there in time; without those that waited for members.',
      buckets: [100, 150, 200, 300, 450, 700, 1_000, 1_500, 2_000],
    }),
    waits: metrics.counter<'end'>({
      name: 'sync_waits_total',
      help: 'Starts that were put off for members: brought forward by this node (`ready`), or told here until their deadline.',
      labelNames: ['end'],
    }),
    skew: metrics.histogram({
      name: 'sync_room_skew_ms',
      help: 'How far apart the members of a room are while it plays, about once a second for each room in which at least two report.',
      buckets: [5, 10, 20, 40, 60, 80, 100, 150, 250, 500, 1_000, 2_000, 5_000],
    }),
    adopted: metrics.counter({ name: 'sync_connections_adopted_total', help: 'Connections taken over from another node.' }),
    healedRows: metrics.counter({ name: 'sync_rows_healed_total', help: 'Rows that no fact had brought, and asking their owner did.' }),
    deadFacts: metrics.counter({ name: 'sync_facts_dead_total', help: 'Facts set aside after too many deliveries.' }),
  }
}
