import { mostRoomsAsked, type NewerRows } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import { applyParticipant, applyRoom } from './rows'

/** What a node asks the owner of memberships for, because facts on their way may have been lost. */
export interface Healing {
  /**
   * Asks for what is newer than the rows of the rooms here, and puts it to their logs as facts would be. Called while that
   * is under way, it is done once more afterwards, however often it was called. Never rejects: what fails now is for the next time.
   */
  heal(): Promise<void>
  /** Asks no more; resolves when nothing is under way. */
  stop(): Promise<void>
}

/** A room as it was when it was asked about. */
interface Asked {
  readonly room: LiveRoom
  readonly epoch: string
  readonly after: number
}
type RoomRows = NewerRows['rooms'][number]

/** Heals the rooms of a node from their owner: what is lost between there and here is asked for, and what has come is not told twice. */
export function createHealing(context: LiveContext): Healing {
  const { rooms, log, memberships, logger, metrics } = context
  let again = false
  let stopped = false
  let underWay: Promise<void> | undefined

  async function run(): Promise<void> {
    // Later than the caller has taken note of it, also where there is nothing to wait for.
    await Promise.resolve()
    while (again && !stopped) {
      again = false
      try {
        const left = [...rooms.all()]
        // While the log is away nothing can be put to it; when it is back, this is called.
        while (left.length > 0 && !stopped && log.connected()) await healSome(left.splice(0, mostRoomsAsked))
      } catch (error) {
        logger.warn('rooms could not be healed', { error })
      }
    }
    // In the same turn as the last look: a call right after this begins anew.
    underWay = undefined
  }

  /** Asks about these rooms until there is no more; one that could not take its rows is left out. */
  async function healSome(some: readonly LiveRoom[]): Promise<void> {
    for (let due = some; due.length > 0 && !stopped; ) {
      const asked = new Map(due.map((room): [string, Asked] => [room.code, askedOf(room)]))
      const answer = await memberships.newer([...asked.values()].map(({ room, after }) => ({ room_code: room.code, after })))
      const taken = await Promise.all(
        answer.rooms.map(async (rows) => {
          const one = asked.get(rows.room_code)
          return { code: rows.room_code, healed: one !== undefined && (await take(one, rows)) }
        }),
      )
      if (!answer.more) return
      const failed = new Set(taken.flatMap(({ code, healed }) => (healed ? [] : [code])))
      due = due.filter((room) => !failed.has(room.code) && rooms.get(room.code) === room)
    }
  }

  /** Whether everything was put to the log that was asked about. */
  async function take({ room, epoch }: Asked, rows: RoomRows): Promise<boolean> {
    try {
      const whole = await applyAll(rows)
      if (!whole || !(await log.vouch(room.code, { epoch, rowsTo: rows.up_to }))) return false
    } catch (error) {
      logger.warn('a room could not be healed', { room: room.code, error })
      return false
    }
    if (room.replica.epoch !== epoch) return false
    room.replica.rowsTo = Math.max(room.replica.rowsTo, rows.up_to)
    return true
  }

  /** One row that cannot be applied does not keep the others back, but the log is not vouched for. */
  async function applyAll({ room, participants, up_to }: RoomRows): Promise<boolean> {
    const all = [
      ...(room ? [() => applyRoom(context, room)] : []),
      ...participants.map((row) => () => applyParticipant(context, row, up_to)),
    ]
    let whole = true
    for (const apply of all) {
      try {
        if (await apply()) metrics.healedRows.inc()
      } catch (error) {
        if (error instanceof Refusal) throw error
        logger.error('a row could not be applied', { room: room?.room_code, error })
        whole = false
      }
    }
    return whole
  }

  return {
    heal() {
      again = true
      underWay ??= run()
      return underWay
    },
    async stop() {
      stopped = true
      await underWay
    },
  }
}

const askedOf = (room: LiveRoom): Asked => ({ room, epoch: room.replica.epoch, after: room.replica.rowsTo })
