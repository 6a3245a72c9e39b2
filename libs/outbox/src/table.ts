import type { Columns } from '@matinee/db'

/** The table of facts that are committed and not yet known to be published. Every service that publishes has one. */
export const defineOutboxTable = (c: Columns) =>
  c.table(
    'outbox',
    {
      /** The event's id, by which a stream drops its repetition. */
      id: c.text('id').primaryKey(),
      type: c.text('type').notNull(),
      data: c.json<unknown>('data').notNull(),
      createdAtMs: c.instantMs('created_at_ms').notNull(),
    },
    (t) => [c.index('outbox_created_at_idx').on(t.createdAtMs)],
  )
export type OutboxTable = ReturnType<typeof defineOutboxTable>
