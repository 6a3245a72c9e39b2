import { expect, test } from 'bun:test'
import { systemIds } from '@matinee/kernel'
import { createRefreshTokens } from './refresh-tokens'

const tokens = createRefreshTokens(systemIds)

test('[AU30] a token is 43 characters of 6 random bits each, and never the same twice', () => {
  const made = Array.from({ length: 100 }, () => tokens.create())

  expect(made.every((token) => /^[\w-]{43}$/.test(token))).toBe(true)
  expect(new Set(made).size).toBe(100)
})

test('[AU30] what is stored is SHA-256', () => {
  expect(tokens.digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('[AU37] what is sealed with a token opens with that token alone', async () => {
  const [token, other, next] = [tokens.create(), tokens.create(), tokens.create()]

  const sealed = await tokens.seal(token, next)

  expect(sealed).not.toContain(next)
  expect(await tokens.open(token, sealed)).toBe(next)
  await expect(tokens.open(other, sealed)).rejects.toThrow()
})
