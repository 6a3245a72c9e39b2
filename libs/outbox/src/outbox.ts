import type { Bus } from '@matinee/bus'
import type { AnyCloudEvent, AuthEvent, RoomsEvent } from '@matinee/contracts'
import type { Db, Writer } from '@matinee/db'
import type { Clock, Ids, Log } from '@matinee/kernel'
import { and, asc, eq, gt, inArray, lt, or } from 'drizzle-orm'
import { eachWithin } from './each-within'
import { createSweeping } from './sweeping'
import type { OutboxTable } from './table'

type FactOf<Event> = Event extends { type: infer Type; data: infer Data } ? { readonly type: Type; readonly data: Data } : never
/** What a service tells the others. */
export type Fact = FactOf<RoomsEvent | AuthEvent>

export interface OutboxOptions {
  readonly db: Db
  readonly table: OutboxTable
  readonly bus: Bus
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Who speaks: `rooms` publishes as `/matinee/rooms`. */
  readonly source: string
  /** How often it is looked for rows that another replica left; default 5,000. */
  readonly sweepEveryMs?: number
  /** How often while this replica knows of some that are left, or of some that it could not publish; default 1,000. */
  readonly retryEveryMs?: number
  /** From which age on a row counts as left, because its writer had time to publish it; default 2,000. */
  readonly leftAfterMs?: number
}

/** A fact as it is kept until the bus has stored it. */
export type RecordedFact = OutboxTable['$inferSelect']

const batchSize = 100
const publishesAtOnce = 16
const rememberedIds = 10_000

/**
 * Facts that leave at least once if, and only if, the transaction that recorded them commits.
 * Each replica publishes its own at once and sweeps what any replica left: no leader, no promised order.
 */
export function createOutbox(options: OutboxOptions) {
  const { db, table, bus, clock, ids, log, source } = options
  const { sweepEveryMs = 5_000, retryEveryMs = 1_000, leftAfterMs = 2_000 } = options
  /** Recorded here, and not yet looked for: committed, rolled back or still open. */
  const recorded = new Map<string, number>()
  let publishing: Promise<void> | undefined
  let underWay: Promise<boolean> | undefined
  let again = false
  let complained = false

  const sweeping = createSweeping({ sweep, soonMs: retryEveryMs, everyMs: sweepEveryMs, monotonicMs: () => clock.monotonicMs() })

  /** Publishes the rows a few at a time, deletes those the bus stored, and tells how many that were. */
  async function publish(rows: readonly RecordedFact[]): Promise<number> {
    const stored: string[] = []
    let failure: unknown
    await eachWithin(publishesAtOnce, rows, async (row) => {
      try {
        await bus.publish(eventOf(row, source))
        stored.push(row.id)
      } catch (error) {
        failure = error
      }
    })
    if (stored.length > 0) await db.transaction(async (tx) => void (await tx.delete(table).where(inArray(table.id, stored))))
    // Once per outage: it is tried again and again.
    if (failure && !complained) log.warn('events wait in the outbox', { error: failure })
    complained = failure !== undefined
    return stored.length
  }

  async function publishRecorded() {
    // Behind the caller's back, whatever happens.
    await Promise.resolve()
    do {
      again = false
      await publishBatch().catch((error) => {
        complain(error)
        sweeping.expect(leftAfterMs)
      })
    } while (again)
    // In the same turn as the last look: a commit that comes right after starts anew.
    publishing = undefined
  }

  async function publishBatch() {
    const candidates = [...recorded.keys()].slice(0, batchSize)
    const rows = await db.reader.select().from(table).where(inArray(table.id, candidates))
    for (const row of rows) recorded.delete(row.id)
    if ((await publish(rows)) < rows.length) sweeping.expect(leftAfterMs)
    // What stays unseen was rolled back, or is still open and will say so itself; the sweep has both.
    for (const [id, atMs] of recorded) if (atMs < clock.nowMs() - leftAfterMs) recorded.delete(id)
    if (rows.length === batchSize) again = true
  }

  /** Whether some are still left. */
  async function sweepLeft(): Promise<boolean> {
    const nowMs = clock.nowMs()
    // What is said to come from later than now is of a replica whose clock is ahead, which may be gone: nobody waits for that instant.
    const left = or(lt(table.createdAtMs, nowMs - leftAfterMs), gt(table.createdAtMs, nowMs + leftAfterMs))
    let after: RecordedFact | undefined
    let remaining = 0
    for (;;) {
      const rows = await db.reader
        .select()
        .from(table)
        .where(and(left, after && pastRow(table, after)))
        .orderBy(asc(table.createdAtMs), asc(table.id))
        .limit(batchSize)
      const stored = rows.length === 0 ? 0 : await publish(rows)
      remaining += rows.length - stored
      if (rows.length < batchSize || (stored === 0 && !bus.connected())) return remaining > 0
      // Past what could not be published: one event the bus refuses must not hold back the rest.
      after = rows.at(-1)
    }
  }

  /** Nobody knows what is left, so something may be. */
  function complain(error: unknown): true {
    log.warn('the outbox could not be read', { error })
    return true
  }

  function sweep(): Promise<boolean> {
    underWay ??= sweepLeft()
      .catch(complain)
      .finally(() => {
        underWay = undefined
      })
    return underWay
  }

  return {
    /** Records a fact inside the transaction whose outcome decides whether it is ever published. Resolves to what is recorded. */
    async record(tx: Writer, fact: Fact): Promise<RecordedFact> {
      const row = { id: ids.uuid(), type: fact.type, data: fact.data, createdAtMs: clock.nowMs() }
      await tx.insert(table).values(row)
      if (recorded.size < rememberedIds) recorded.set(row.id, row.createdAtMs)
      return row
    },

    /** Records facts that were recorded before, with the ids and instants they had: a stream that still knows them, and a consumer, may drop them. */
    async repeat(tx: Writer, rows: readonly RecordedFact[]): Promise<void> {
      if (rows.length === 0) return
      await tx
        .insert(table)
        .values([...rows])
        .onConflictDoNothing()
      for (const { id } of rows) if (recorded.size < rememberedIds) recorded.set(id, clock.nowMs())
    },

    /** To be called after the commit: publishes what was recorded, at once and behind the caller's back. Never throws. */
    published(): void {
      // While the bus is away each try would only time out: the sweep follows when it is back.
      if (!bus.connected()) {
        recorded.clear()
        sweeping.expect(leftAfterMs)
        return
      }
      again = true
      publishing ??= publishRecorded()
    },

    /** Publishes every row that was left, and tells whether some stay, because they could not be. One sweep at a time. */
    sweep,

    /** Sweeps, at once and from now on. */
    start: () => sweeping.start(),

    /** No sweep starts after this; resolves when what is under way has ended. */
    async stop(): Promise<void> {
      sweeping.stop()
      await Promise.all([publishing, underWay])
    },
  }
}
export type Outbox = ReturnType<typeof createOutbox>

function eventOf(row: RecordedFact, source: string): AnyCloudEvent {
  return {
    specversion: '1.0',
    id: row.id,
    source: `/matinee/${source}`,
    type: row.type,
    time: new Date(row.createdAtMs).toISOString(),
    datacontenttype: 'application/json',
    data: row.data,
  }
}

function pastRow(table: OutboxTable, row: RecordedFact) {
  return or(gt(table.createdAtMs, row.createdAtMs), and(eq(table.createdAtMs, row.createdAtMs), gt(table.id, row.id)))
}
