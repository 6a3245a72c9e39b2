import type { RoomLog } from '../ports'
import { readOnlyFrame, restoredFrame } from './answers'
import type { Topic } from './connection'
import type { LiveRoom } from './room'
import type { Rooms } from './rooms'
import type { Session } from './session'

/** What clients are told of an outage of the log: that it has begun, and that it is over for them. */
export interface Outage {
  /** Counts each time the log went away and came back: what was begun in another period says nothing of this one. */
  readonly period: number
  /** The log went away, or came back. That it went is told to everybody at once. */
  turned(connected: boolean): void
  /** Whether the log is away, or the room has not been made good since it was: others may know of it what this node does not. */
  isBehind(room: LiveRoom): boolean
  /** The room has all that it missed. Its people are told, if they were told of an outage and the log has not gone again. */
  madeGood(room: LiveRoom): void
  /** The room is another log's now, and these have no place in it for a while: who was told of an outage is told of its end once placed. */
  startedOver(room: LiveRoom, sessions: readonly Session[]): void
  /** Tells one that has no place in its room yet that the log is away, if it is; once, however often it is called. */
  hold(session: Session): void
  /**
   * These have their place in the room: whom `hold` has told is told that it is over, or is with the others of the room later. With
   * a `topic` they are told together, and so they are where its former node was `lost`: it may have told them of an outage of its own.
   */
  placed(room: LiveRoom, sessions: readonly Session[], together?: { readonly topic: Topic; readonly lost: boolean }): void
}

/** Keeps account of whom a node has told that the log is away, and has still to tell that it is back. */
export function createOutage({ log, rooms }: { readonly log: Pick<RoomLog, 'connected'>; readonly rooms: Pick<Rooms, 'all'> }): Outage {
  const told = new WeakSet<LiveRoom>()
  const held = new WeakSet<Session>()
  let period = 0

  function hold(session: Session): void {
    if (log.connected() || held.has(session)) return
    held.add(session)
    session.connection.send(readOnlyFrame)
  }

  return {
    get period() {
      return period
    },
    turned(connected) {
      period++
      if (connected) return
      for (const room of rooms.all()) {
        told.add(room)
        room.tell(readOnlyFrame)
        for (const session of room.entering) if (session.hasState) hold(session)
      }
    },
    isBehind: (room) => !log.connected() || told.has(room),
    madeGood(room) {
      if (log.connected() && told.delete(room)) room.tell(restoredFrame)
    },
    startedOver(room, sessions) {
      if (told.has(room)) for (const session of sessions) held.add(session)
    },
    hold,
    placed(room, sessions, together) {
      const waiting = sessions.filter((session) => held.delete(session))
      if (!log.connected()) told.add(room)
      if (told.has(room)) return
      if (together && (together.lost || waiting.length > 0)) return together.topic.tell(restoredFrame)
      for (const { connection } of waiting) connection.send(restoredFrame)
    },
  }
}
