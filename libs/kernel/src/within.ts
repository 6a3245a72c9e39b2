/** Resolves when `done` has, or when `limitMs` have passed, whichever is first. Rejects as `done` does. */
export async function within(limitMs: number, done: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, limitMs)
  try {
    await Promise.race([done, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
