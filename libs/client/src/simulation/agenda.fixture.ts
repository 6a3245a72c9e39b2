/** What is going to happen, by the instant at which it does; of one instant in the order in which it was put. */
export interface Agenda {
  readonly nowMs: number
  /** Gives back what takes it off again. */
  at(atMs: number, happens: () => void): () => void
  after(inMs: number, happens: () => void): () => void
  /** Lets the next thing happen; false when there is none. */
  next(): boolean
}

interface Entry {
  readonly atMs: number
  readonly order: number
  happens: (() => void) | undefined
}

/** Time that passes as fast as things can happen. A binary heap. */
export function createAgenda(): Agenda {
  const heap: Entry[] = []
  let [nowMs, order] = [0, 0]
  const before = (one: Entry | undefined, other: Entry | undefined) =>
    one !== undefined && other !== undefined && (one.atMs - other.atMs || one.order - other.order) < 0
  const swap = (one: number, other: number) => {
    const [a, b] = [heap[one], heap[other]]
    if (a && b) [heap[one], heap[other]] = [b, a]
  }

  function push(entry: Entry): void {
    heap.push(entry)
    for (let place = heap.length - 1; place > 0; ) {
      const parent = (place - 1) >> 1
      if (!before(heap[place], heap[parent])) break
      swap(place, parent)
      place = parent
    }
  }

  function pop(): Entry | undefined {
    swap(0, heap.length - 1)
    const first = heap.pop()
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2]
      const least = before(heap[right], heap[left]) ? right : left
      if (!before(heap[least], heap[place])) break
      swap(place, least)
      place = least
    }
    return first
  }

  const at = (atMs: number, happens: () => void) => {
    const entry: Entry = { atMs: Math.max(nowMs, atMs), order: order++, happens }
    push(entry)
    return () => {
      entry.happens = undefined
    }
  }

  return {
    get nowMs() {
      return nowMs
    },
    at,
    after: (inMs, happens) => at(nowMs + inMs, happens),
    next() {
      for (let entry = pop(); entry; entry = pop()) {
        if (!entry.happens) continue
        nowMs = entry.atMs
        entry.happens()
        return true
      }
      return false
    },
  }
}
