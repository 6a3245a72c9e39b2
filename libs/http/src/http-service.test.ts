import { expect, test } from 'bun:test'
import { createLifecycle, silentLog } from '@matinee/kernel'
import { checksOf, type HttpService, openHttpService, serveService } from './http-service'

const face = (text: string) => ({ handle: () => new Response(text) })
const ask = async (url: string) => (await fetch(url)).text()

test('both faces answer on their ports; on stopping readiness says no first, and the service ends last', async () => {
  const order: string[] = []
  const service = await openHttpService(silentLog, async (lifecycle, draining) => {
    lifecycle.onStop('database', () => void order.push(`database, draining ${draining()}`))
    return { open: face('open'), internal: face('inside') }
  })
  const lifecycle = createLifecycle(silentLog)
  const log = { ...silentLog, info: (_: string, fields?: object) => void Object.assign(urls, fields) }
  const urls = { url: '', internal_url: '' }

  serveService(service, { config: { host: '127.0.0.1', port: 0, internalPort: 0 }, lifecycle, log })
  const answers = [await ask(urls.url), await ask(urls.internal_url)]
  lifecycle.onStop('last', () => void order.push('stopping'))
  await lifecycle.stop()

  expect(answers).toEqual(['open', 'inside'])
  expect(order).toEqual(['stopping', 'database, draining true'])
  await expect(fetch(urls.url)).rejects.toThrow()
})

test('a service that cannot start leaves nothing open', async () => {
  let closed = false
  const open = (): Promise<HttpService> =>
    openHttpService(silentLog, async (lifecycle) => {
      lifecycle.onStop('database', () => {
        closed = true
      })
      throw new Error('no schema')
    })

  await expect(open()).rejects.toThrow('no schema')

  expect(closed).toBe(true)
})

test('without its database a service cannot work; without the bus it can', async () => {
  const checks = checksOf({ db: { ping: () => Promise.reject(new Error('away')) }, bus: { connected: () => false } })

  expect(checks.map(({ name, kind }) => [name, kind])).toEqual([
    ['database', 'required'],
    ['bus', 'informative'],
  ])
  await expect(Promise.try(async () => checks[0]?.run())).rejects.toThrow('away')
  expect(checks[1]?.run()).toBe(false)
})
