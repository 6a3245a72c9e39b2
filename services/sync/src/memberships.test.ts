import { expect, test } from 'bun:test'
import { createInternalSecret } from '@matinee/http'
import { Refusal } from '@matinee/kernel'
import { createMemberships, isRepeatable } from './memberships'

const nothing = { room: null, participant: null, pending: [], counter: 0 }
const secret = createInternalSecret('a secret of the inside')

/** The client of a rooms service that answers as told. */
function setup(answer: () => Promise<Response>) {
  const requests: Request[] = []
  const memberships = createMemberships({
    secret,
    rooms: (request) => {
      requests.push(request)
      return answer()
    },
  })
  return { memberships, requests }
}
const codeOf = (asked: Promise<unknown>) => asked.catch((error) => (error instanceof Refusal ? error.code : 'a bug'))

test('[EN5] the question names room and user, and shows the secret', async () => {
  const { memberships, requests } = setup(async () => Response.json(nothing))

  const answer = await memberships.ask('7GQ4KX2M', 'ana')

  const [request] = requests
  expect(answer).toEqual(nothing)
  expect(request && secret.matches(request)).toBe(true)
  expect(await request?.json()).toEqual({ room_code: '7GQ4KX2M', user_id: 'ana' })
})

test('[EN5] the same question, asked again while it is under way, is one; afterwards it is asked anew', async () => {
  const { memberships, requests } = setup(async () => Response.json(nothing))

  await Promise.all([memberships.ask('A', 'ana'), memberships.ask('A', 'ana'), memberships.ask('B', 'ana'), memberships.ask('A', 'ben')])
  await memberships.ask('A', 'ana')

  expect(requests).toHaveLength(4)
})

test('[HE1] what is newer of many rooms is one question', async () => {
  const newer = { rooms: [], more: false }
  const { memberships, requests } = setup(async () => Response.json(newer))
  const rooms = [
    { room_code: '7GQ4KX2M', after: 3 },
    { room_code: '7GQ4KX2N', after: 0 },
  ]

  const answer = await memberships.newer(rooms)

  const [request] = requests
  expect(answer).toEqual(newer)
  expect(requests).toHaveLength(1)
  expect(request && [secret.matches(request), new URL(request.url).pathname]).toEqual([true, '/internal/rows'])
  expect(await request?.json()).toEqual({ rooms })
})

test('[HE6] what is newer is unavailable while rooms is', async () => {
  const { memberships } = setup(async () => new Response(null, { status: 503 }))

  expect(await codeOf(memberships.newer([]))).toBe('unavailable')
})

test.each([500, 502, 503, 504])('[EN6] an answer of %d is unavailable', async (status) => {
  const { memberships } = setup(async () => new Response(null, { status }))

  expect(await codeOf(memberships.ask('A', 'ana'))).toBe('unavailable')
})

test('[EN6] what the way there says is passed on', async () => {
  const { memberships } = setup(() => Promise.reject(new Refusal('timed_out')))

  expect(await codeOf(memberships.ask('A', 'ana'))).toBe('timed_out')
})

test('[EN6] a refused question, or an answer that is none, is a bug and no "no"', async () => {
  for (const answer of [new Response(null, { status: 404 }), Response.json({ room: 'yes' })]) {
    const { memberships } = setup(async () => answer)

    expect(await codeOf(memberships.ask('A', 'ana'))).toBe('a bug')
  }
})

test('[PB16] what rooms says no to is that no; another refusal was our mistake', async () => {
  const problem = (status: number, code: string) =>
    Response.json({ type: 'about:blank', title: 'No.', status, code, retryable: false }, { status })
  const choice = { room_code: '7GQ4KX2M', user_id: 'ana', command_id: 'm1', video_url: 'https://example.org/' }
  const refusing = (answer: Response) => codeOf(setup(async () => answer).memberships.choose(choice))

  expect(await refusing(problem(422, 'unsupported_video'))).toBe('unsupported_video')
  expect(await refusing(problem(409, 'room_closed'))).toBe('room_closed')
  expect(await refusing(problem(422, 'invalid_request'))).toBe('a bug')
  expect(await refusing(new Response('nothing here', { status: 404 }))).toBe('a bug')
  expect(await refusing(new Response('', { status: 503 }))).toBe('unavailable')
})

test('what is asked may be asked twice, but for a choice, which another one may have followed', async () => {
  const { memberships, requests } = setup(async () => new Response(null, { status: 503 }))
  const [choice, question] = [
    { room_code: '7GQ4KX2M', user_id: 'ana', command_id: 'id', video_url: 'https://a/b.mp4' },
    { room_code: '7GQ4KX2M', host_id: 'ana', present: [] },
  ]

  await Promise.allSettled([
    memberships.ask('7GQ4KX2M', 'ana'),
    memberships.newer([]),
    memberships.succeed(question),
    memberships.choose(choice),
  ])

  expect(requests.map(({ url }) => isRepeatable(new URL(url).pathname))).toEqual([true, true, true, false])
})
