import type { Columns } from '../columns'

/** One table with a column of every kind, and one that hangs on it: what the contract suite runs on. */
export const defineTables = (c: Columns) => {
  const films = c.table(
    'films',
    {
      id: c.text('id').primaryKey(),
      title: c.text('title').notNull(),
      kind: c.oneOf('kind', ['short', 'feature']).notNull(),
      seats: c.count('seats').notNull(),
      shownAtMs: c.instantMs('shown_at_ms').notNull(),
      isSilent: c.flag('is_silent').notNull().default(false),
      credits: c.json<{ readonly director: string; readonly cast: readonly string[] }>('credits').notNull(),
      note: c.text('note'),
    },
    (t) => [c.uniqueIndex('films_title_idx').on(t.title), c.index('films_shown_at_idx').on(t.shownAtMs)],
  )
  const seats = c.table(
    'seats',
    {
      filmId: c
        .text('film_id')
        .notNull()
        .references(() => films.id, { onDelete: 'cascade' }),
      person: c.text('person').notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.filmId, t.person] })],
  )
  return { films, seats }
}
export type Tables = ReturnType<typeof defineTables>
