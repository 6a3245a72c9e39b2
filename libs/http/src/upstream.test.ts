import { heapStats } from 'bun:jsc'
import { afterEach, expect, jest, test } from 'bun:test'
import { Refusal, silentLog } from '@matinee/kernel'
import { fetchJwksFrom } from './jwks-upstream'
import { openHttpUpstream } from './upstream'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  jest.useRealTimers()
  for (const stop of stops.splice(0)) await stop()
})

function replica(fetch: (request: Request) => Response | Promise<Response>): string {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch })
  stops.push(() => server.stop(true))
  return `127.0.0.1:${server.port}`
}

/** An address where nobody listens: it was ours a moment ago. */
async function refusing(): Promise<string> {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const address = `127.0.0.1:${server.port}`
  await server.stop(true)
  return address
}

const upstream = (addresses: readonly string[], timeoutMs = 5_000) =>
  openHttpUpstream({
    baseUrl: 'http://rooms:4002',
    resolver: { addresses: () => addresses },
    timeoutMs,
    log: silentLog,
    repeatable: (pathname) => pathname === '/question',
  })

const refusal = (answer: Promise<Response>) =>
  answer.then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal ? { code: error.code, retryAfterMs: error.retryAfterMs } : error),
  )

test('method, path, query, headers and body arrive; Host is the service, not the client’s', async () => {
  const address = replica(async (request) => {
    const { pathname, search } = new URL(request.url)
    const { method, headers } = request
    return Response.json({ method, pathname, search, host: headers.get('host'), more: headers.get('x-more'), body: await request.text() })
  })

  const answer = await upstream([address])(
    new Request('http://evil.example/api/rooms/create/?a=1%202', {
      method: 'POST',
      body: '{"a":1}',
      headers: { host: 'evil', 'x-more': 'yes' },
    }),
  )

  expect(await answer.json()).toEqual({
    method: 'POST',
    pathname: '/api/rooms/create/',
    search: '?a=1%202',
    host: 'rooms:4002',
    more: 'yes',
    body: '{"a":1}',
  })
})

test('headers of one connection are not passed on, those that Connection names included', async () => {
  const address = replica((request) =>
    Response.json([...request.headers.keys()], { headers: { 'keep-alive': 'timeout=5', 'x-answer': 'yes' } }),
  )
  const headers = { connection: 'close, x-private', 'x-private': '1', te: 'trailers', 'keep-alive': '1', upgrade: 'h2c', 'x-public': '1' }

  const answer = await upstream([address])(new Request('http://x/', { headers }))

  const arrived = await answer.json()
  expect(arrived).toContain('x-public')
  for (const name of ['x-private', 'te', 'keep-alive', 'upgrade']) expect(arrived).not.toContain(name)
  expect(answer.headers.has('keep-alive')).toBe(false)
  expect(answer.headers.get('x-answer')).toBe('yes')
})

test('a compressed answer stays compressed, byte for byte', async () => {
  const packed = Bun.gzipSync(Buffer.from('hello '.repeat(1_000)))
  const address = replica(() => new Response(packed, { headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' } }))

  const answer = await upstream([address])(new Request('http://x/', { headers: { 'accept-encoding': 'gzip' } }))

  expect(answer.headers.get('content-encoding')).toBe('gzip')
  expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(packed))).toBe(true)
})

test('a client that asks for no compression gets none', async () => {
  const address = replica((request) => new Response(request.headers.get('accept-encoding')))

  const answer = await upstream([address])(new Request('http://x/'))

  expect(await answer.text()).toBe('identity')
})

test('a redirect is passed on, not followed; several cookies stay several', async () => {
  const address = replica(() => {
    const headers = new Headers({ location: '/elsewhere' })
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    return new Response(null, { status: 307, headers })
  })

  const answer = await upstream([address])(new Request('http://x/'))

  expect(answer.status).toBe(307)
  expect(answer.headers.get('location')).toBe('/elsewhere')
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})

test('an answer without a body keeps its status', async () => {
  const address = replica(() => new Response(null, { status: 204 }))

  const answer = await upstream([address])(new Request('http://x/', { method: 'DELETE' }))

  expect(answer.status).toBe(204)
})

test('replicas take turns', async () => {
  const call = upstream([replica(() => new Response('one')), replica(() => new Response('two'))])

  const answers = []
  for (let n = 0; n < 4; n++) answers.push(await (await call(new Request('http://x/'))).text())

  expect(answers.toSorted()).toEqual(['one', 'one', 'two', 'two'])
  expect(answers[0]).not.toBe(answers[1])
})

test('a replica that refuses is passed over, with the body sent again', async () => {
  const good = replica(async (request) => new Response(await request.text()))
  const call = upstream([await refusing(), good])

  const answers = []
  for (let n = 0; n < 4; n++) answers.push(await (await call(new Request('http://x/', { method: 'POST', body: `body ${n}` }))).text())

  expect(answers).toEqual(['body 0', 'body 1', 'body 2', 'body 3'])
})

test('refused everywhere, or nowhere known: unavailable, for two seconds', async () => {
  const everywhere = await refusal(upstream([await refusing(), await refusing(), await refusing()])(new Request('http://x/')))
  const nowhere = await refusal(upstream([])(new Request('http://x/')))

  expect(everywhere).toEqual({ code: 'unavailable', retryAfterMs: 2_000 })
  expect(nowhere).toEqual({ code: 'unavailable', retryAfterMs: 2_000 })
})

test('no answer in time: timed_out, and no second try', async () => {
  jest.useFakeTimers()
  const arrived = Promise.withResolvers<void>()
  let asked = 0
  const hang = () => {
    asked++
    arrived.resolve()
    return new Promise<Response>(() => {})
  }

  const outcome = refusal(upstream([replica(hang), replica(hang)], 5_000)(new Request('http://x/')))
  await arrived.promise
  jest.advanceTimersByTime(5_000)

  expect(await outcome).toEqual({ code: 'timed_out', retryAfterMs: undefined })
  expect(asked).toBe(1)
})

test('an answer that has begun and does not end in time is timed_out too', async () => {
  const begun = () => new Response(new ReadableStream({ start: (body) => body.enqueue(Buffer.from('{"half":')) }))

  const outcome = await refusal(upstream([replica(begun)], 30)(new Request('http://x/')))

  expect(outcome).toEqual({ code: 'timed_out', retryAfterMs: undefined })
})

test('a request leaves nothing behind that waits for its deadline', async () => {
  const call = upstream([replica(() => new Response('yes'))], 60_000)
  const signals = () => {
    Bun.gc(true)
    return heapStats().objectTypeCounts['AbortSignal'] ?? 0
  }
  const ask = async () => (await call(new Request('http://x/'))).text()
  await ask()
  const before = signals()

  for (let count = 0; count < 100; count++) await ask()

  expect(signals() - before).toBeLessThan(20)
})

test('a client that goes away ends the request to the replica', async () => {
  const arrived = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  const address = replica((request) => {
    request.signal.addEventListener('abort', () => gone.resolve())
    arrived.resolve()
    return new Promise<Response>(() => {})
  })
  const client = new AbortController()
  const outcome = refusal(upstream([address, address])(new Request('http://x/', { signal: client.signal })))
  await arrived.promise

  client.abort()

  await gone.promise
  expect(await outcome).toMatchObject({ code: 'unavailable' })
})

/** A service that breaks the first connections with a request on them, and answers over the next. */
function breaking(breaks: number) {
  let asked = 0
  const server = Bun.listen({
    port: 0,
    hostname: '127.0.0.1',
    socket: {
      data(socket) {
        if (++asked <= breaks) socket.terminate()
        else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      },
    },
  })
  stops.push(async () => server.stop(true))
  return { address: `127.0.0.1:${server.port}`, asked: () => asked }
}

test('[GW11] a connection that breaks after the request was sent is not tried again: it may have taken effect', async () => {
  const { address, asked } = breaking(1)

  const outcome = await refusal(upstream([address, address])(new Request('http://x/', { method: 'POST', body: 'a' })))

  expect(outcome).toEqual({ code: 'unavailable', retryAfterMs: 2_000 })
  expect(asked()).toBe(1)
})

test('[GW11] what may be asked twice is asked once more, also of the only replica, and then no more', async () => {
  const [once, question, twice] = [breaking(1), breaking(1), breaking(2)]

  const answer = await upstream([once.address])(new Request('http://x/'))
  const answered = await upstream([question.address])(new Request('http://x/question', { method: 'POST', body: 'a' }))
  const outcome = await refusal(upstream([twice.address])(new Request('http://x/')))

  expect(await Promise.all([answer.text(), answered.text()])).toEqual(['ok', 'ok'])
  expect(outcome).toEqual({ code: 'unavailable', retryAfterMs: 2_000 })
  expect([once, question, twice].map(({ asked }) => asked())).toEqual([2, 2, 2])
})

test('a body past the limit is refused before anybody is asked', async () => {
  let asked = 0
  const address = replica(() => {
    asked++
    return new Response()
  })

  const outcome = await refusal(upstream([address])(new Request('http://x/', { method: 'POST', body: 'x'.repeat(64 * 1024 + 1) })))

  expect(outcome).toEqual({ code: 'payload_too_large', retryAfterMs: undefined })
  expect(asked).toBe(0)
})

test('keys are read through an upstream; an answer that is none rejects', async () => {
  const keys = await fetchJwksFrom(async (request) => Response.json({ keys: [{ kid: new URL(request.url).pathname }] }))()
  const failing = [new Response('no', { status: 503 }), Response.json({ error: true })]

  expect(keys).toEqual({ keys: [{ kid: '/.well-known/jwks.json' }] })
  for (const answer of failing) await expect(fetchJwksFrom(async () => answer)()).rejects.toThrow()
})
