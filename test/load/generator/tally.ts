/** Latencies in steps of 20 µs up to 4 s; what is longer counts as 4 s. */
const stepMs = 0.02
const steps = 200_000

export function createLatencies() {
  const counts = new Uint32Array(steps + 1)
  let total = 0
  return {
    add(latencyMs: number): void {
      const step = Math.max(0, Math.min(steps, Math.floor(latencyMs / stepMs)))
      counts[step] = (counts[step] ?? 0) + 1
      total++
    },
    /** The latency that `share` of all stay within, in ms. */
    quantile(share: number): number {
      let left = Math.ceil(total * share)
      for (let step = 0; step <= steps; step++) {
        left -= counts[step] ?? 0
        if (left <= 0) return (step + 1) * stepMs
      }
      return steps * stepMs
    },
  }
}

/** Most messages of one run; past it a run ends with an error rather than with wrong numbers. */
const mostMessages = 1 << 22

/** What was sent in one run: when, by whom, and how many have it. */
export function createTally() {
  const dueMs = new Float64Array(mostMessages)
  const sender = new Uint16Array(mostMessages)
  const deliveries = new Uint16Array(mostMessages)
  let sent = 0
  return {
    dueMs,
    sender,
    deliveries,
    get sent() {
      return sent
    },
    /** Takes the next number for a message that is due at `atMs`. */
    next(atMs: number, by: number): number {
      if (sent === mostMessages) throw new Error('too many messages for one run')
      dueMs[sent] = atMs
      sender[sent] = by
      return sent++
    },
  }
}
