import { expect, test } from 'bun:test'
import { tempFolder } from '@matinee/test/support'
import { decodeJwt } from 'jose'
import { startAuth } from './app-setup'
import { createSuperuser } from './create-superuser'

function setup() {
  const written: string[] = []
  const databaseUrl = `sqlite:${tempFolder('auth')}/auth.db`
  const run = (args: readonly string[], { piped = '', environment = {} }: { piped?: string; environment?: Record<string, string> } = {}) =>
    createSuperuser({
      args,
      environment: { DATABASE_URL: databaseUrl, ...environment },
      input: {
        async *[Symbol.asyncIterator]() {
          yield piped
        },
      },
      write: (text) => void written.push(text),
    })
  return { run, databaseUrl, said: () => written.join('') }
}

test('[AU10] [AU41] the account is made, can log in, and its tokens say staff', async () => {
  const { run, databaseUrl, said } = setup()

  const code = await run(['--email', 'Ada@Example.org', '--display-name', 'Ada'], { piped: 'a good password\n' })

  expect([code, said()]).toEqual([0, expect.stringContaining('ada@example.org')])
  expect(said()).not.toContain('a good password')
  const auth = await startAuth({ databaseUrl })
  const session = await auth.login('a good password', 'ada@example.org')
  expect(session.user).toMatchObject({ display_name: 'Ada', is_staff: true, is_guest: false })
  const { staff } = decodeJwt(session.access_token)
  expect(staff).toBe(true)
  await auth.stop()
})

test('[AU10] the password may come from the environment; the name is then that of the address', async () => {
  const { run, databaseUrl } = setup()

  const code = await run(['--email', 'ada@example.org'], { environment: { MATINEE_SUPERUSER_PASSWORD: 'a good password' } })

  expect(code).toBe(0)
  const auth = await startAuth({ databaseUrl })
  expect((await auth.login('a good password', 'ada@example.org')).user.display_name).toBe('ada')
  await auth.stop()
})

test('[AU10] a password among the arguments is refused', async () => {
  const { run, said } = setup()

  expect(await run(['--email', 'ada@example.org', '--password', 'a good password'])).toBe(2)
  expect(said()).toContain('Usage')
})

test('[AU10] an address in use is refused: the account there is keeps its rights and its password', async () => {
  const { run, databaseUrl, said } = setup()
  const auth = await startAuth({ databaseUrl })
  const ana = await auth.register('ana@example.org')

  const code = await run(['--email', 'ana@example.org'], { piped: 'another password' })

  expect([code, said()]).toEqual([1, 'There is an account with this e-mail already.\n'])
  expect((await auth.login()).user).toEqual(ana.user)
  await auth.stop()
})

test.each([
  [['--email', 'no address'], 'a good password', 'email'],
  [['--email', 'ada@example.org'], 'short', 'password'],
  [['--email', 'ada@example.org'], '', 'password'],
  [['--email', 'ada@example.org', '--display-name', ' '], 'a good password', 'display_name'],
])('[AU10] the rules hold: %j with %j names %s', async (args, piped, field) => {
  const { run, said } = setup()

  expect(await run(args, { piped })).toBe(1)
  expect(said()).toStartWith(`${field}: `)
})

test('an address of no database is refused in one sentence', async () => {
  const { run, said } = setup()

  expect(await run(['--email', 'ada@example.org'], { piped: 'a good password', environment: { DATABASE_URL: 'mysql://x' } })).toBe(1)
  expect(said()).toContain('DATABASE_URL')
})
