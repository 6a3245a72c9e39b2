/** Whether a write failed, in either dialect, because a unique index holds the value already. */
export function isUniqueViolation(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && at.code === 'SQLITE_CONSTRAINT_UNIQUE') return true
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    if ('errno' in at && at.errno === '23505') return true
  }
  return false
}
