/** So many at once are no load for a service, however slow the machine; more would wait for each other, and be refused in the end. */
const atOnce = 20

/** Does the work for all of these, some at once, and resolves with what came of each, in their order. */
export async function someAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item, at: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let first = 0; first < items.length; first += atOnce)
    results.push(...(await Promise.all(items.slice(first, first + atOnce).map((item, at) => work(item, first + at)))))
  return results
}
