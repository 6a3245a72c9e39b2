import { expect, test } from 'bun:test'
import { isSealed, seal, unseal } from './sealed'

test('[AU44] a sealed text opens with its secret and purpose, and shows nothing of itself', async () => {
  const sealed = await seal('a secret', 'purpose', 'the text')

  expect(isSealed(sealed)).toBe(true)
  expect(sealed).not.toContain('the text')
  expect(await unseal('a secret', 'purpose', sealed)).toBe('the text')
})

test('[AU44] the same text sealed twice looks different', async () => {
  expect(await seal('a secret', 'purpose', 'the text')).not.toBe(await seal('a secret', 'purpose', 'the text'))
})

test('[AU44] another secret, another purpose or a changed text does not open', async () => {
  const sealed = await seal('a secret', 'purpose', 'the text')
  const changed = sealed.slice(0, -1) + (sealed.endsWith('A') ? 'B' : 'A')

  await expect(unseal('another secret', 'purpose', sealed)).rejects.toThrow()
  await expect(unseal('a secret', 'another purpose', sealed)).rejects.toThrow()
  await expect(unseal('a secret', 'purpose', changed)).rejects.toThrow()
  await expect(unseal('a secret', 'purpose', 'not sealed')).rejects.toThrow('not a sealed text')
})
