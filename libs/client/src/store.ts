/** A value that changes, and those who want to know. */
export interface Readable<T> {
  /** The present value; a new object whenever something in it has changed. */
  get(): T
  /** Calls `listener` at once with the present value and then with every new one, until the function it gives back is called. */
  subscribe(listener: (value: T) => void): () => void
}

export interface Store<T> extends Readable<T> {
  /** Tells everybody, unless it is the same value. */
  set(value: T): void
}

/** A store that begins with `value`. A listener that throws keeps the others from nothing; its error is reported as uncaught. */
export function createStore<T>(value: T): Store<T> {
  let present = value
  const listeners = new Set<(value: T) => void>()
  return {
    get: () => present,
    set(next) {
      if (Object.is(next, present)) return
      present = next
      for (const listener of [...listeners]) if (listeners.has(listener)) tell(listener, next)
    },
    subscribe(listener) {
      // A wrapper of its own, so that the same function may subscribe twice.
      const own = (next: T) => listener(next)
      listeners.add(own)
      tell(own, present)
      return () => void listeners.delete(own)
    },
  }
}

/** Calls a listener that is not ours: what it throws is its own bug, and not to disturb us. */
export function tell<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
