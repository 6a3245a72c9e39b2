import { afterEach, expect, test } from 'bun:test'
import { silentLog } from '@matinee/kernel'
import { openService } from './service'

const stops: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

function replica(name: string): string {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => new Response(`${name} ${request.headers.get('host')}`) })
  stops.push(() => server.stop(true))
  return server.url.origin
}

test('a service of several addresses is asked at each in turn, by the name of the first', async () => {
  const urls = [replica('one'), replica('two')]
  const service = await openService({ urls, timeoutMs: 5_000, log: silentLog })
  stops.push(() => service.stop())

  const answers = []
  for (let round = 0; round < 4; round++) answers.push(await (await service.upstream(new Request('http://rooms/'))).text())

  const host = urls[0]?.replace('http://', '')
  expect(answers.sort()).toEqual([`one ${host}`, `one ${host}`, `two ${host}`, `two ${host}`])
})
