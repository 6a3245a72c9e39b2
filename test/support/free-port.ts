// Below what Linux gives to outgoing connections, so that none takes a port between a stop and the next start.
const lowest = 15_000
const highest = 32_000
const taken = new Set<number>()

/** A loopback port that nobody listens on, and that this process has not been given before. */
export function freePort(): number {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (taken.has(port)) continue
    taken.add(port)
    try {
      Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } }).stop(true)
      return port
    } catch {
      // Somebody else has it.
    }
  }
}
