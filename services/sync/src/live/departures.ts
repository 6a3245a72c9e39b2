import { type Clock, type Log, Refusal } from '@matinee/kernel'
import type { RoomLog } from '../ports'
import type { Rooms } from './rooms'

/** How long one who is gone is given to be back: within that, nobody is told. */
export interface Graces {
  /** After a clean close. */
  readonly cleanMs: number
  /** After a connection that broke. */
  readonly brokenMs: number
  /** Of a host who is not present any more, until another stands in. */
  readonly hostMs: number
}
/** 1 s after a clean close, 6 s after a broken connection; a host a minute more. */
export const defaultGraces: Graces = { cleanMs: 1_000, brokenMs: 6_000, hostMs: 60_000 }

/** What departures need: the log to tell, the rooms to hand its entries to, and the time that passes between. */
export interface DeparturesOptions {
  readonly log: RoomLog
  readonly rooms: Rooms
  readonly node: string
  readonly clock: Clock
  readonly graces: Graces
  readonly logger: Log
  /** Runs something once, when so much time has passed. */
  readonly wakeIn: (inMs: number, run: () => void) => void
}

interface Departure {
  readonly room: string
  readonly dueMs: number
}

/** Connections that are gone, whose presence is still to be taken from the log. */
export function createDepartures({ log, rooms, node, clock, graces, logger, wakeIn }: DeparturesOptions) {
  const due = new Map<string, Departure>()
  const underWay = new Set<string>()

  async function depart(connection: string, departure: Departure): Promise<void> {
    if (underWay.has(connection)) return
    const room = rooms.get(departure.room)
    underWay.add(connection)
    try {
      if (room) {
        const { epoch } = room.replica
        rooms.take(room.code, await log.depart(room.code, { epoch, node, connection }))
      }
      settle(connection, departure)
    } catch (error) {
      // The log is away: it stays due.
      if (error instanceof Refusal) return
      logger.error('a departure failed', { error, connection })
      settle(connection, departure)
    } finally {
      underWay.delete(connection)
    }
  }

  /** Done; unless the connection was here again meanwhile, and has another departure coming. */
  function settle(connection: string, departure: Departure): void {
    if (due.get(connection) === departure) due.delete(connection)
  }

  return {
    /** The connection is gone; `end` says how long its person still counts as present. */
    expect(connection: string, room: string, end: 'clean' | 'broken'): void {
      const graceMs = end === 'clean' ? graces.cleanMs : graces.brokenMs
      const departure = { room, dueMs: clock.monotonicMs() + graceMs }
      due.set(connection, departure)
      wakeIn(graceMs, () => {
        if (due.get(connection) === departure) void depart(connection, departure)
      })
    },
    /** The connection is back, under the same id. */
    cancel: (connection: string): void => void due.delete(connection),
    /** The rooms that have to stay open for somebody who is about to be gone. */
    rooms: (): ReadonlySet<string> => new Set([...due.values()].map(({ room }) => room)),
    /** Takes away those whose time has come, and who are still there: the log could not take them. */
    async tick(): Promise<void> {
      const nowMs = clock.monotonicMs()
      const ripe = [...due].filter(([, { dueMs }]) => dueMs <= nowMs)
      await Promise.all(ripe.map(([connection, departure]) => depart(connection, departure)))
    },
  }
}
/** See `createDepartures`. */
export type Departures = ReturnType<typeof createDepartures>
