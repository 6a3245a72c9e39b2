import { expect, test } from 'bun:test'
import { createStallBook, goesOn, mayStandFor, stands } from './stall'

test('[RG7] a room that stands still for one does not stand still once more meanwhile', () => {
  const book = createStallBook()

  stands(book, ['ben'], 1_000)

  expect(mayStandFor(book, 'cleo', 1_500)).toBe(false)
})

test('[RG7] for as long as it stood, it plays on, whoever stalls', () => {
  const book = createStallBook()
  stands(book, ['ben'], 1_000)

  goesOn(book, 7_000)

  expect(mayStandFor(book, 'cleo', 12_999)).toBe(false)
  expect(mayStandFor(book, 'cleo', 13_000)).toBe(true)
})

test('[RG7] for the same person it does not stand again within a minute', () => {
  const book = createStallBook()
  stands(book, ['ben'], 1_000)
  goesOn(book, 2_000)

  expect(mayStandFor(book, 'ben', 60_999)).toBe(false)
  expect(mayStandFor(book, 'ben', 61_000)).toBe(true)
})

test('nothing is kept of those for whom it stood long ago', () => {
  const book = createStallBook()
  stands(book, ['ben'], 1_000)
  goesOn(book, 2_000)

  stands(book, ['cleo'], 90_000)

  expect([...book.byUser.keys()]).toEqual(['cleo'])
})
