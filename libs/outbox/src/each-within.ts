/** Runs `work` for every item, at most `limit` at once; resolves when all have ended. `work` must not reject. */
export async function eachWithin<Item>(limit: number, items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    // The workers share one iterator: each takes the next item when it has done its last.
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
}
