import { Refusal } from '@matinee/kernel'

/** The place in the list after which the next page begins. */
export interface Place {
  readonly createdAtMs: number
  readonly id: string
}

/** A place as clients carry it: opaque to them. */
export const writeCursor = ({ createdAtMs, id }: Place): string => Buffer.from(`${createdAtMs}.${id}`).toString('base64url')

/** Refuses what `writeCursor` did not write. */
export function readCursor(cursor: string): Place {
  const match = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString())
  const [, createdAtMs, id] = match ?? []
  if (createdAtMs === undefined || id === undefined) {
    throw new Refusal('invalid_request', { fields: [{ field: 'cursor', message: 'must be a next_cursor of this list' }] })
  }
  return { createdAtMs: Number(createdAtMs), id }
}
