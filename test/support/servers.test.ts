import { afterAll, describe, expect, test } from 'bun:test'
import { RedisClient, SQL } from 'bun'
import { startNats, startPostgres, startRedis, type TestServer } from '.'
import { firstLine } from './first-line'
import { findProgram } from './program'
import { until } from './until'

describe.each([
  ['redis', () => startRedis()],
  ['nats', () => startNats()],
  ['postgres', () => startPostgres()],
] as [string, () => Promise<TestServer>][])('%s', (name, start) => {
  const servers: TestServer[] = []
  afterAll(() => Promise.all(servers.map((server) => server.kill())))
  const started = async () => {
    const server = await start()
    servers.push(server)
    return server
  }

  test(`${name} listens on a loopback port of its own`, async () => {
    const [one, other] = await Promise.all([started(), started()])

    expect(one.port).not.toBe(other.port)
    expect(one.pid).not.toBe(other.pid)
    expect(one.url).toContain(`127.0.0.1:${one.port}`)
  })

  test.each(['stop', 'kill'] as const)(`${name} is gone after %s, and back on the same port after start`, async (how) => {
    const server = await started()
    const before = server.pid

    await server[how]()

    await expect(firstLine(server.port)).rejects.toThrow()
    await server.start()
    expect(server.pid).not.toBe(before)
    expect(process.kill(server.pid, 0)).toBe(true)
  })
})

test('an appendonly Redis keeps through a kill what it acknowledged', async () => {
  const server = await startRedis({ appendonly: true })
  const before = new RedisClient(server.url)
  await before.set('film', 'Playtime')

  await server.kill()
  await server.start()

  const after = new RedisClient(server.url)
  expect(await after.get('film')).toBe('Playtime')
  before.close()
  after.close()
  await server.stop()
})

test('a Redis that was wiped begins with nothing', async () => {
  const server = await startRedis({ appendonly: true })
  const before = new RedisClient(server.url)
  await before.set('film', 'Playtime')

  await server.wipe()
  await server.start()

  const after = new RedisClient(server.url)
  expect(await after.get('film')).toBeNull()
  before.close()
  after.close()
  await server.stop()
})

test('databases of one PostgreSQL do not see each other, and keep through a kill what was committed', async () => {
  const server = await startPostgres()
  const [oneUrl, otherUrl] = await Promise.all([server.createDatabase('one'), server.createDatabase('other')])
  {
    await using one = new SQL(oneUrl)
    await one`create table film (title text)`
  }

  await server.kill()
  await server.start()

  await using one = new SQL(oneUrl)
  await using other = new SQL(otherUrl)
  expect(await one`select * from film`).toHaveLength(0)
  await expect(other`select * from film`).rejects.toThrow('does not exist')
  await server.stop()
})

test('a suspended PostgreSQL answers nothing until it is resumed', async () => {
  const server = await startPostgres()
  await using client = new SQL({ url: server.url, max: 1 })
  await client`select 1`

  server.suspend()
  let answered = false
  const answer = client`select 1`.then(() => {
    answered = true
  })
  const other = await startRedis()
  const answeredWhileSuspended = answered
  server.resume()

  await answer
  expect(answeredWhileSuspended).toBe(false)
  await Promise.all([server.stop(), other.stop()])
})

test('until gives up in its time and says what it saw last', async () => {
  const never = until(() => 0, { withinMs: 20 })

  await expect(never).rejects.toThrow('not so within 20 ms')
})

test('a program that is missing is named together with its Debian package', () => {
  expect(() => findProgram('no-such-server', 'no-such-package')).toThrow('apt-get install no-such-package')
})
