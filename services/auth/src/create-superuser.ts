import { parseArgs } from 'node:util'
import { RegisterBody, refusals } from '@matinee/contracts'
import { address, type Environment, Refusal, readConfig, systemClock, systemIds } from '@matinee/kernel'
import * as z from 'zod'
import { type PasswordInput, readPassword } from './read-password'
import { createPasswords } from './secrets/passwords'
import { openStore } from './store/open-store'
import { createUserStore } from './store/user-store'
import { addSuperuser } from './superusers'

export interface CreateSuperuserOptions {
  readonly args: readonly string[]
  readonly environment: Environment
  readonly input: PasswordInput
  readonly write: (text: string) => void
}

const usage = `Usage: bun run auth create-superuser --email ada@example.org [--display-name Ada]

Makes an account with is_staff and is_superuser in DATABASE_URL (sqlite:./data/auth.db unless set).
The password is asked for, or read from standard input, or taken from MATINEE_SUPERUSER_PASSWORD.
`

/** The command `create-superuser`. Returns the exit code: 0 made, 1 refused, 2 called wrongly. */
export async function createSuperuser({ args, environment, input, write }: CreateSuperuserOptions): Promise<0 | 1 | 2> {
  const flags = parseFlags(args)
  if (!flags?.email) {
    write(usage)
    return 2
  }
  try {
    const { DATABASE_URL: databaseUrl, MATINEE_SUPERUSER_PASSWORD: given } = readConfig(CommandEnvironment, environment)
    const account = RegisterBody.safeParse({
      email: flags.email,
      display_name: flags['display-name'] ?? flags.email.split('@')[0],
      password: given ?? (await readPassword({ input, write })),
    })
    if (!account.success) {
      for (const { path, message } of account.error.issues) write(`${path.join('.')}: ${message}\n`)
      return 1
    }
    const { email, password, display_name: displayName } = account.data
    const { id } = await add(databaseUrl, { email, password, displayName })
    write(`Made the superuser ${email} (${id}).\n`)
    return 0
  } catch (error) {
    write(`${error instanceof Refusal ? refusals[error.code].message : messageOf(error)}\n`)
    return 1
  }
}

const CommandEnvironment = z.object({
  DATABASE_URL: address('postgres', 'sqlite').default('sqlite:./data/auth.db'),
  MATINEE_SUPERUSER_PASSWORD: z.string().optional(),
})

async function add(databaseUrl: string, account: Parameters<typeof addSuperuser>[1]) {
  const { db, tables } = await openStore(databaseUrl)
  try {
    const users = createUserStore({ db, tables, facts: noFacts })
    const passwords = await createPasswords({ atOnce: 1, waiting: 1 })
    return await addSuperuser({ users, passwords, clock: systemClock, ids: systemIds }, account)
  } finally {
    await db.close()
  }
}

/** The command announces nothing, so it needs no bus. */
const noFacts = {
  record: () => Promise.reject(new Error('making a superuser announces nothing')),
  published() {},
}

function parseFlags(args: readonly string[]) {
  try {
    // A --password is an unknown flag on purpose: arguments are seen by every process of the machine, and kept in histories.
    return parseArgs({ args: [...args], options: { email: { type: 'string' }, 'display-name': { type: 'string' } } }).values
  } catch {
    return undefined
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
