import { describe, expect, test } from 'bun:test'
import { candidatesOf, createAbsence, isTimeToAsk, putsQuestion } from './succession'

const person = (id: string) => ({ id, display_name: id, is_guest: false })
const [own, kept] = [
  { host: person('ana'), owner_id: 'ana', is_active: true },
  { host: person('ben'), owner_id: 'ana', is_active: true },
]
const here = (...ids: readonly string[]) => new Set(ids)
const at = (nowMs: number) => ({ nowMs, graceMs: 60_000 })

describe('when to ask who acts as host', () => {
  test('[HS1] a host that is gone for less than its grace keeps the room', () => {
    const absence = createAbsence()

    expect(isTimeToAsk(absence, own, here('ben'), at(1_000))).toBe(false)
    expect(isTimeToAsk(absence, own, here('ben'), at(60_999))).toBe(false)
    expect(isTimeToAsk(absence, own, here('ben'), at(61_000))).toBe(true)
  })

  test('[HS1] one who was back meanwhile begins anew', () => {
    const absence = createAbsence()
    isTimeToAsk(absence, own, here('ben'), at(1_000))
    isTimeToAsk(absence, own, here('ben', 'ana'), at(40_000))

    expect(isTimeToAsk(absence, own, here('ben'), at(70_000))).toBe(false)
    expect(isTimeToAsk(absence, own, here('ben'), at(129_999))).toBe(false)
  })

  test('[HS1] in a room where nobody is, or that is closed, nobody succeeds', () => {
    const absence = createAbsence()
    isTimeToAsk(absence, own, here(), at(0))

    expect(isTimeToAsk(absence, own, here(), at(90_000))).toBe(false)
    expect(isTimeToAsk(absence, { ...own, is_active: false }, here('ben'), at(90_000))).toBe(false)
  })

  test('[HS2] the one to whom the room belongs gets it back at once', () => {
    expect(isTimeToAsk(createAbsence(), kept, here('ben', 'ana'), at(0))).toBe(true)
    expect(isTimeToAsk(createAbsence(), kept, here('ben'), at(0))).toBe(false)
  })

  test('[HS3] asked in vain, it is asked again after ten seconds if others are here, after five minutes anyway', () => {
    const absence = createAbsence()

    const put = [
      putsQuestion(absence, 'ana ben', 0),
      putsQuestion(absence, 'ana ben,cleo', 9_999),
      putsQuestion(absence, 'ana ben,cleo', 10_000),
      putsQuestion(absence, 'ana ben,cleo', 309_999),
      putsQuestion(absence, 'ana ben,cleo', 310_000),
    ]

    expect(put).toEqual([true, false, true, false, true])
  })
})

test('[HS1] of a crowd those are named who can succeed, however late they came, in the order in which they did', () => {
  const member = (fields: object) => JSON.stringify({ role: 'member', is_guest: true, ...fields })
  const guests = Array.from({ length: 50 }, (_, place) => [`g${place}`, member({})] as const)
  const late = [
    ['acc', member({ is_guest: false })],
    ['mod', member({ role: 'moderator' })],
    ['heir', member({})],
    ['ana', member({ is_guest: false })],
  ] as const
  const people = new Map<string, string>([...guests, ...late])

  expect(candidatesOf(people, { owner_id: 'ana', successor_id: 'heir' }, 6)).toEqual(['g0', 'g1', 'acc', 'mod', 'heir', 'ana'])
  expect(candidatesOf(new Map(late), { owner_id: 'ana', successor_id: null }, 6)).toEqual(['acc', 'mod', 'heir', 'ana'])
})
