import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { ana, ben, eve, noonMs } from './domain/domain.fixtures'
import { createNames } from './names'

const tokenTtlMs = 15 * 60_000
const named = (person: typeof ana, displayName: string, namedAtMs = noonMs) => ({ ...person, displayName, namedAtMs })

test('[RM72] the newest name counts, in whatever order names are heard', () => {
  const names = createNames({ clock: createManualClock(), tokenTtlMs })

  names.heard(named(ana, 'Anna', noonMs + 1))
  names.heard(named(ana, 'Anne', noonMs))

  expect(names.of(ana)).toEqual(named(ana, 'Anna', noonMs + 1))
  expect(names.of(ben)).toBe(ben)
})

test('[RM72] a name is known for as long as a token may carry an older one, and not of somebody erased', () => {
  const clock = createManualClock()
  const names = createNames({ clock, tokenTtlMs })
  names.heard(named(ana, 'Anna'))
  names.heard(named(ben, 'Benno'))

  names.gone(ben.userId)
  clock.advance(tokenTtlMs - 1)
  const inTime = names.of(ana)
  clock.advance(1)

  expect(inTime.displayName).toBe('Anna')
  expect([names.of(ana), names.of(ben)]).toEqual([ana, ben])
})

test('[RM73] who is no more stays so while a token may say otherwise, whatever name is heard late', () => {
  const clock = createManualClock()
  const names = createNames({ clock, tokenTtlMs })

  names.gone(ana.userId)
  names.heard(named(ana, 'Anna'))
  clock.advance(tokenTtlMs - 1)
  const inTime = [names.isGone(ana.userId), names.isGone(ben.userId), names.of(ana)]
  clock.advance(1)

  expect(inTime).toEqual([true, false, ana])
  expect(names.isGone(ana.userId)).toBe(false)
})

test('the names are bounded: past that the oldest goes', () => {
  const names = createNames({ clock: createManualClock(), tokenTtlMs, most: 2 })

  for (const person of [ana, ben, eve]) names.heard(named(person, 'New'))

  expect([ana, ben, eve].map((person) => names.of(person).displayName)).toEqual(['Ana', 'New', 'New'])
})
