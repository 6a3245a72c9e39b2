import { expect, test } from 'bun:test'
import { createPasses, type Pass } from './passes'

const pass: Pass = {
  connection: 'g1c7',
  room: '7GQ4KX2M',
  userId: '0b8e6f3a-3f43-4f6a-9d7a-0c2f5a1b9e77',
  sessionId: '5c2d1e0f-6a7b-4c8d-9e0f-1a2b3c4d5e6f',
  isGuest: true,
  expiresAtMs: 1_900_000_000_000,
}

test('[AD1] what one node seals, another with the same key opens', () => {
  const sealed = createPasses('key').seal(pass)

  expect(createPasses('key').open(sealed, pass.connection, pass.room)).toEqual(pass)
  expect(sealed.length).toBeLessThanOrEqual(200)
})

test('[AD1] a pass is worth nothing for another connection or room, changed, or sealed with another key', () => {
  const passes = createPasses('key')
  const sealed = passes.seal(pass)

  expect(passes.open(sealed, 'g1c8', pass.room)).toBeUndefined()
  expect(passes.open(sealed, pass.connection, '00000000')).toBeUndefined()
  expect(passes.open(sealed.replace('.g.', '.a.'), pass.connection, pass.room)).toBeUndefined()
  expect(passes.open('', pass.connection, pass.room)).toBeUndefined()
  expect(createPasses('another').open(sealed, pass.connection, pass.room)).toBeUndefined()
})
