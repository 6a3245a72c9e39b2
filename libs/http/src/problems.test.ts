import { expect, test } from 'bun:test'
import { Problem, refusalCodes, refusals } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import { problemBody, problemOf, problemResponse } from './problems'

test('every refusal has a problem body of the contract, with its catalogue sentence', async () => {
  for (const code of refusalCodes) {
    const response = problemResponse(code, { requestId: 'r1' })

    const body = Problem.parse(await response.json())

    expect(response.status).toBe(refusals[code].status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(body).toEqual({
      type: 'about:blank',
      title: refusals[code].message,
      status: refusals[code].status,
      code,
      retryable: refusals[code].retryable,
      request_id: 'r1',
    })
  }
})

test('fields are named; nothing stands for none', () => {
  const some = problemBody('invalid_request', { fields: [{ field: 'email', message: 'is too long' }] })
  const none = problemBody('invalid_request', { fields: [] })

  expect(some.errors).toEqual([{ field: 'email', message: 'is too long' }])
  expect(none).not.toHaveProperty('errors')
})

test.each([
  ['rate_limited', undefined, '1'],
  ['rate_limited', 0, '1'],
  ['rate_limited', 999, '1'],
  ['rate_limited', 1_001, '2'],
  ['unavailable', undefined, '1'],
  ['unavailable', 2_000, '2'],
  ['denied', 600_000, '600'],
  ['denied', undefined, null],
  ['room_not_found', undefined, null],
] as const)('Retry-After of %s after %p ms is %p', (code, retryAfterMs, header) => {
  const response = problemResponse(code, retryAfterMs === undefined ? {} : { retryAfterMs })

  expect(response.headers.get('retry-after')).toBe(header)
})

test('every 401 names the scheme', () => {
  expect(problemResponse('unauthenticated').headers.get('www-authenticate')).toBe('Bearer')
  expect(problemResponse('invalid_credentials').headers.get('www-authenticate')).toBe('Bearer')
  expect(problemResponse('wrong_password').headers.has('www-authenticate')).toBe(false)
})

test('anything thrown that is no refusal is internal, with none of its words', async () => {
  for (const thrown of [new Error('select * from users'), 'select', undefined, { code: 'room_closed', status: 409 }]) {
    const response = problemOf(thrown)

    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('select')
  }
})

test('a thrown refusal keeps its code, fields and time', async () => {
  const response = problemOf(new Refusal('invalid_request', { fields: [{ field: 'a.b', message: 'no' }], retryAfterMs: 4_200 }), {
    headers: { 'x-more': 'yes' },
  })

  expect(response.headers.get('retry-after')).toBe('5')
  expect(response.headers.get('x-more')).toBe('yes')
  expect(await response.json()).toMatchObject({ code: 'invalid_request', errors: [{ field: 'a.b', message: 'no' }] })
})
