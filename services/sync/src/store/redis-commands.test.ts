import { afterEach, expect, jest, spyOn, test } from 'bun:test'
import { startRedis, until } from '@matinee/test/support'
import { openRedisCommands } from './redis-commands'

/** No answer is late here, however busy the machine: clocks jump. */
const timeoutMs = 5_000
const stops: (() => unknown)[] = []
afterEach(async () => {
  jest.restoreAllMocks()
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** A connection that counts what is run over it. */
async function setup() {
  const server = await startRedis()
  stops.push(() => server.stop())
  const failures: unknown[] = []
  const count = { name: 'count', text: "return redis.call('INCR', KEYS[1])" }
  const commands = openRedisCommands({
    url: server.url,
    clustered: false,
    scripts: [count],
    timeoutMs,
    changed() {},
    failed: (error) => void failures.push(error),
  })
  stops.push(() => commands.stop())
  await until(() => commands.usable())
  return { commands, failures, run: () => commands.run(count, ['runs'], []) }
}

/** A machine's clock for durations that has jumped ahead, as it does for a process that was frozen. */
function jumpingClock(): (byMs: number) => void {
  const now = performance.now.bind(performance)
  let aheadMs = 0
  spyOn(performance, 'now').mockImplementation(() => now() + aheadMs)
  return (byMs) => {
    aheadMs += byMs
  }
}

test('[LG14] frozen while it asks for the reign, a process runs nothing on the answer, which may be of long ago', async () => {
  const { commands, failures, run } = await setup()
  const jump = jumpingClock()
  jump(timeoutMs / 2)

  const held = run().catch((error: unknown) => error)
  jump(60_000)
  const outcome = await held
  await until(() => commands.usable())

  expect(outcome).toBeInstanceOf(Error)
  expect(failures.map(String)).toEqual(['Error: the server told its reign too late'])
  expect(await run()).toBe(1)
})
