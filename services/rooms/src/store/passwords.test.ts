import { expect, test } from 'bun:test'
import { createPasswords } from './passwords'

const bounds = { atOnce: 2, waiting: 1 }

test('[RM4] a password is kept as an argon2id hash that only the same password matches', async () => {
  const passwords = createPasswords(bounds)

  const hash = await passwords.hash('7GQ4KX2M')

  expect(hash).toStartWith('$argon2id$')
  expect(await passwords.verify('7GQ4KX2M', hash)).toBe(true)
  expect(await passwords.verify('7GQ4KX2N', hash)).toBe(false)
  expect(await passwords.verify('', hash)).toBe(false)
})

test('[RM62] so many have their turn, so many wait, the next is refused; a turn that ends is passed on', async () => {
  const { inTurn } = createPasswords(bounds)
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
  const begun: number[] = []
  const turns = gates.map((gate, i) =>
    inTurn(async () => {
      begun.push(i)
      await gate.promise
    }),
  )

  expect(begun).toEqual([0, 1])
  await expect(inTurn(async () => 'late')).rejects.toThrow('not available')
  gates[1]?.resolve()
  await turns[1]
  expect(begun).toEqual([0, 1, 2])
  for (const gate of gates) gate.resolve()
  await Promise.all(turns)
  expect(await inTurn(async () => 'later')).toBe('later')
})

test('[RM62] a turn that fails is passed on', async () => {
  const { inTurn } = createPasswords({ atOnce: 1, waiting: 1 })
  const broken = inTurn(async () => {
    throw new Error('broken')
  })
  const next = inTurn(async () => 'mine')

  await expect(broken).rejects.toThrow('broken')
  expect(await next).toBe('mine')
})
