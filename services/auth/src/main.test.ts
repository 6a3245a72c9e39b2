import { afterAll, expect, test } from 'bun:test'
import { startNats, startPostgres } from '@matinee/test/support'
import * as z from 'zod'

const main = new URL('./main.ts', import.meta.url).pathname
const [postgres, nats] = await Promise.all([startPostgres(), startNats()])
const environment = {
  PORT: '0',
  INTERNAL_PORT: '0',
  HOST: '127.0.0.1',
  DATABASE_URL: await postgres.createDatabase('auth_main'),
  BUS_URL: nats.url,
  INTERNAL_SECRET: 'development-internal-secret',
  KEY_ENCRYPTION_SECRET: 'development-key-encryption-secret',
}
const running = new Set<Bun.Subprocess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

function run(args: readonly string[] = [], changes: Record<string, string> = {}) {
  const { PATH = '' } = process.env
  const child = Bun.spawn([process.execPath, main, ...args], {
    env: { PATH, ...environment, ...changes },
    stdin: new Blob(['a good password\n']),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  running.add(child)
  return child
}

const Line = z.object({ message: z.string(), url: z.string().optional(), internal_url: z.string().optional() })

async function listening(child: ReturnType<typeof run>) {
  let text = ''
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (const line of text.split('\n').filter((candidate) => candidate.endsWith('}'))) {
      const { message, url, internal_url } = Line.parse(JSON.parse(line))
      if (message === 'listening' && url && internal_url) return { url, internalUrl: internal_url }
    }
  }
  throw new Error(`it did not listen: ${text}`)
}

test('[AU43] two replicas that start at once serve one database, take each other’s tokens, and exit 0 on SIGTERM', async () => {
  const replicas = [run(), run()]
  const [one, two] = await Promise.all(replicas.map(listening))

  const guest = await fetch(`${one?.url}/api/auth/guest/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ display_name: 'Ben' }),
  })
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await guest.json())
  const me = await fetch(`${two?.url}/api/auth/me/`, { headers: { authorization: `Bearer ${token}` } })
  const ready = await fetch(`${two?.internalUrl}/health/ready`)
  for (const replica of replicas) replica.kill('SIGTERM')

  expect([guest.status, me.status, ready.status]).toEqual([201, 200, 200])
  expect(await Promise.all(replicas.map((replica) => replica.exited))).toEqual([0, 0])
}, 30_000)

test('[AU52] a wrong configuration is told whole, and exits 1', async () => {
  const child = run([], { DATABASE_URL: 'memory:', BUS_URL: 'memory:', ENVIRONMENT: 'production' })

  const said = await new Response(child.stdout).text()

  expect(await child.exited).toBe(1)
  for (const name of ['DATABASE_URL', 'BUS_URL', 'INTERNAL_SECRET', 'KEY_ENCRYPTION_SECRET']) expect(said).toContain(name)
})

test('[AU10] create-superuser reads the password from a pipe and exits 0; again with the same address it exits 1', async () => {
  const args = ['create-superuser', '--email', 'ada@example.org']

  const [first, again] = [await run(args).exited, await run(args).exited]

  expect([first, again]).toEqual([0, 1])
}, 30_000)

test('an unknown command exits 2', async () => {
  expect(await run(['create-everything']).exited).toBe(2)
})
