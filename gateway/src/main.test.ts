import { afterEach, expect, test } from 'bun:test'
import { until } from '@matinee/test/support'

const main = `${import.meta.dir}/main.ts`
const processes: Bun.Subprocess[] = []
afterEach(async () => {
  for (const child of processes.splice(0)) {
    child.kill('SIGKILL')
    await child.exited
  }
})

interface Line {
  readonly message: string
  readonly url?: string
  readonly internal_url?: string
  readonly error?: unknown
}

function run(environment: Record<string, string>) {
  const child = Bun.spawn([process.execPath, main], { env: environment, stdout: 'pipe', stderr: 'inherit' })
  processes.push(child)
  const lines: Line[] = []
  const read = (async () => {
    let rest = ''
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts.map((line): Line => JSON.parse(line)))
    }
  })()
  const line = async (message: string): Promise<Line> =>
    (await until(() => lines.find((candidate) => candidate.message === message), { withinMs: 20_000 })) ?? { message }
  return { child, line, read }
}

const settings = {
  HOST: '127.0.0.1',
  PORT: '0',
  INTERNAL_PORT: '0',
  // Port 9 is `discard`: nobody listens there.
  AUTH_URL: 'http://127.0.0.1:9',
  ROOMS_URL: 'http://127.0.0.1:9',
  SYNC_URLS: 'ws://127.0.0.1:9',
  LINK_SECRET: 'development-link-secret',
  INTERNAL_SECRET: 'development-internal-secret',
}

test('[GW23] a gateway is ready though every service is down, says 503 for them, and ends at SIGTERM', async () => {
  const { child, line } = run(settings)
  const { url, internal_url: internalUrl } = await line('listening')

  const ready = await fetch(`${internalUrl}/health/ready`)
  const rooms = await fetch(`${url}/api/rooms/`)
  const metrics = await (await fetch(`${internalUrl}/metrics`)).text()
  child.kill('SIGTERM')

  expect(ready.status).toBe(200)
  expect(rooms.status).toBe(503)
  expect(metrics).toMatch(/http_request_duration_seconds_count\{[^}]*route="rooms"[^}]*status="503"/)
  expect(await child.exited).toBe(0)
}, 30_000)

test('[GW22] a gateway that is not configured says all that is missing and exits 1', async () => {
  const { child, read, line } = run({})

  const { error } = await line('could not start')
  await read

  expect(await child.exited).toBe(1)
  expect(JSON.stringify(error)).toMatch(/AUTH_URL[\s\S]*ROOMS_URL[\s\S]*SYNC_URLS[\s\S]*LINK_SECRET[\s\S]*INTERNAL_SECRET/)
}, 30_000)
