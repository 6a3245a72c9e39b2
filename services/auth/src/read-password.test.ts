import { expect, test } from 'bun:test'
import { type PasswordInput, readPassword } from './read-password'

function setup(chunks: readonly string[], isTTY: boolean) {
  const written: string[] = []
  const raw: boolean[] = []
  const input: PasswordInput = {
    isTTY,
    setRawMode: (on) => raw.push(on),
    async *[Symbol.asyncIterator]() {
      for (const chunk of chunks) yield new TextEncoder().encode(chunk)
    },
  }
  return { written, raw, read: () => readPassword({ input, write: (text) => void written.push(text) }) }
}

test.each([[['a good password\n', 'and more\n']], [['a good password']], [['a good ', 'password\r\n']]])(
  'from a pipe, %j is its first line',
  async (chunks) => {
    expect(await setup(chunks, false).read()).toBe('a good password')
  },
)

test('an empty pipe is an empty password, which the rules then refuse', async () => {
  expect(await setup([], false).read()).toBe('')
})

test('a person is asked twice, sees nothing of it, and the echo comes back on', async () => {
  const { read, written, raw } = setup(['a good', ' passworf\u007fd\r', 'a good password\r'], true)

  expect(await read()).toBe('a good password')
  expect(written.join('')).toBe('Password: \nAgain: \n')
  expect(raw).toEqual([true, false])
})

test('two passwords that differ are refused, and the echo comes back on', async () => {
  const { read, raw } = setup(['a good password\r', 'a god password\r'], true)

  await expect(read()).rejects.toThrow('differ')
  expect(raw).toEqual([true, false])
})

test('Ctrl-C changes nothing', async () => {
  const { read } = setup(['a good\u0003'], true)

  await expect(read()).rejects.toThrow('Nothing was changed')
})
