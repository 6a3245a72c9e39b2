import { expect, test } from 'bun:test'
import { within } from './within'

test('nobody waits longer than the limit, nor than it takes', async () => {
  expect(await within(1, new Promise(() => {}))).toBeUndefined()
  expect(await within(60_000, Promise.resolve())).toBeUndefined()
})

test('what fails in time fails', async () => {
  await expect(within(60_000, Promise.reject(new Error('it broke')))).rejects.toThrow('it broke')
})
