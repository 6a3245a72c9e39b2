/** Calls with the same key while one is under way share its outcome; the next call after that starts anew. */
export function createSingleFlight<T>() {
  const underWay = new Map<string, Promise<T>>()
  return (key: string, run: () => Promise<T>): Promise<T> => {
    const current = underWay.get(key)
    if (current) return current
    const flight = run().finally(() => underWay.delete(key))
    underWay.set(key, flight)
    return flight
  }
}
