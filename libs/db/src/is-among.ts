import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Db } from './db'

/**
 * Whether a column of texts holds one of `values`, of which there may be thousands: they are one parameter, where
 * `inArray` makes one of each.
 */
export function isAmong({ dialect }: Pick<Db, 'dialect'>, column: SQLWrapper, values: readonly string[]): SQL {
  const list = JSON.stringify(values)
  return dialect === 'sqlite'
    ? sql`${column} in (select value from json_each(${list}))`
    : // As text first, for the driver would make a JSON string of it.
      sql`${column} in (select json_array_elements_text(${list}::text::json))`
}
