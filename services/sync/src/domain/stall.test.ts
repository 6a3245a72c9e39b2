import { expect, test } from 'bun:test'
import { createStallBook, goesOn, mayStandFor, stands, standsFor } from './stall'

test('[RG7] a room that stands still for one does not stand still once more meanwhile', () => {
  const book = createStallBook()

  stands(book, 2, ['ben'], 1_000)

  expect(mayStandFor(book, 'cleo', 1_500)).toBe(false)
})

test('[RG7] for as long as it stood, it plays on, whoever stalls', () => {
  const book = createStallBook()
  stands(book, 2, ['ben'], 1_000)

  goesOn(book, 7_000)

  expect(mayStandFor(book, 'cleo', 12_999)).toBe(false)
  expect(mayStandFor(book, 'cleo', 13_000)).toBe(true)
})

test('[RG7] for the same person it does not stand again within a minute', () => {
  const book = createStallBook()
  stands(book, 2, ['ben'], 1_000)
  goesOn(book, 2_000)

  expect(mayStandFor(book, 'ben', 60_999)).toBe(false)
  expect(mayStandFor(book, 'ben', 61_000)).toBe(true)
})

test('[RG7] nor for one of whom another node tells while it stands, and only for the version in which it does', () => {
  const book = createStallBook()
  stands(book, 2, ['ben'], 1_000)

  standsFor(book, 2, ['cleo'])
  standsFor(book, 3, ['dora'])
  goesOn(book, 2_000)
  standsFor(book, 2, ['eve'])

  const may = (nowMs: number) => ['cleo', 'dora', 'eve'].map((userId) => mayStandFor(book, userId, nowMs))
  expect([may(60_999), may(61_000)]).toEqual([
    [false, true, true],
    [true, true, true],
  ])
})

test('nothing is kept of those for whom it stood long ago', () => {
  const book = createStallBook()
  stands(book, 2, ['ben'], 1_000)
  goesOn(book, 2_000)

  stands(book, 2, ['cleo'], 90_000)

  expect([...book.byUser.keys()]).toEqual(['cleo'])
})
