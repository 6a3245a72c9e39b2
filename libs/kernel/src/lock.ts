export type Lock = <T>(critical: () => Promise<T>) => Promise<T>

/** A first-come, first-served mutex for async sections of one process. A section that throws passes the lock on. */
export function createLock(): Lock {
  let tail: Promise<unknown> = Promise.resolve()
  return (critical) => {
    const turn = tail.then(critical)
    tail = turn.catch(() => {})
    return turn
  }
}
