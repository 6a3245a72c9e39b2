/** Keeps what comes until a test takes it. */
export function inbox<Item>() {
  const items: Item[] = []
  let arrived = Promise.withResolvers<void>()
  return {
    put(item: Item): void {
      items.push(item)
      arrived.resolve()
    },
    /** Resolves with the next `count`, as soon as so many have come. */
    async take(count: number): Promise<Item[]> {
      while (items.length < count) {
        arrived = Promise.withResolvers()
        await arrived.promise
      }
      return items.splice(0, count)
    },
    /** How many have come and were not taken. */
    waiting: (): number => items.length,
  }
}
