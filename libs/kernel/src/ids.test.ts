import { expect, test } from 'bun:test'
import { createSeededIds, systemIds } from './ids'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ-'

test.each([
  ['drawn', systemIds],
  ['seeded', createSeededIds(7)],
])('%s text is of its length and alphabet, each character about equally often', (_, ids) => {
  const drawn = 66_000
  const text = ids.text(alphabet, drawn)
  const counts = [...alphabet].map((character) => text.split(character).length - 1)

  expect(text).toHaveLength(drawn)
  // 2,000 of each are expected; 8 standard deviations to either side happen to nobody.
  for (const count of counts) expect(Math.abs(count - drawn / alphabet.length)).toBeLessThan(360)
  expect(counts.reduce((sum, count) => sum + count)).toBe(drawn)
})

test('one seed gives the same ids, another gives others; uuids are of version 4', () => {
  const [one, same, other] = [createSeededIds(1), createSeededIds(1), createSeededIds(2)]
  const first = one.uuid()

  expect(same.uuid()).toBe(first)
  expect(other.uuid()).not.toBe(first)
  expect(one.uuid()).not.toBe(first)
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})
