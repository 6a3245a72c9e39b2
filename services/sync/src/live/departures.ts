import type { Clock, Log } from '@matinee/kernel'
import type { RoomLog } from '../ports'
import type { Rooms } from './rooms'

/** How long a person whose last connection is gone still counts as present: back within that, nobody is told. */
export interface Graces {
  /** After a clean close. */
  readonly cleanMs: number
  /** After a connection that broke. */
  readonly brokenMs: number
}
export const defaultGraces: Graces = { cleanMs: 1_000, brokenMs: 6_000 }

export interface DeparturesOptions {
  readonly log: RoomLog
  readonly rooms: Rooms
  readonly node: string
  readonly clock: Clock
  readonly graces: Graces
  readonly logger: Log
}

/** Connections that are gone, whose presence is still to be taken from the log. */
export function createDepartures({ log, rooms, node, clock, graces, logger }: DeparturesOptions) {
  const due = new Map<string, { readonly room: string; readonly dueMs: number }>()
  const underWay = new Set<string>()

  async function depart(connection: string, code: string): Promise<void> {
    const room = rooms.get(code)
    if (!room || underWay.has(connection)) return
    underWay.add(connection)
    try {
      const { entries } = await log.depart(code, { epoch: room.replica.epoch, node, connection })
      room.receive(entries)
      due.delete(connection)
    } catch (error) {
      // It stays due: the log will answer again.
      logger.debug('a departure has to wait', { error, connection })
    } finally {
      underWay.delete(connection)
    }
  }

  return {
    expect(connection: string, room: string, end: 'clean' | 'broken'): void {
      due.set(connection, { room, dueMs: clock.nowMs() + (end === 'clean' ? graces.cleanMs : graces.brokenMs) })
    },
    /** The connection is back, under the same id. */
    cancel: (connection: string): void => void due.delete(connection),
    /** Whether the room has to stay open for somebody who is about to be gone. */
    concerns: (room: string): boolean => [...due.values()].some((departure) => departure.room === room),
    /** Takes away those whose time has come. */
    async tick(): Promise<void> {
      const nowMs = clock.nowMs()
      const ripe = [...due].filter(([, { dueMs }]) => dueMs <= nowMs)
      await Promise.all(ripe.map(([connection, { room }]) => depart(connection, room)))
    },
  }
}
export type Departures = ReturnType<typeof createDepartures>
