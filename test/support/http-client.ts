import {
  Approved,
  Closed,
  CreatedRoom,
  type CreateRoomBody,
  Denied,
  Joined,
  Left,
  ParticipantList,
  Problem,
  RoleSet,
  Room,
  RoomList,
  Session,
  type UpdateRoomBody,
  User,
} from '@matinee/contracts'
import * as z from 'zod'

/** A refused request, with the problem that it was answered with. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: Problem['code']
  readonly problem: Problem
  readonly headers: Headers

  constructor(request: string, problem: Problem, headers: Headers) {
    super(`${request}: ${problem.status} ${problem.code} ${JSON.stringify(problem.errors ?? '')}`)
    this.status = problem.status
    this.code = problem.code
    this.problem = problem
    this.headers = headers
  }
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly token?: string | undefined
  readonly body?: unknown
}

export type HttpClient = ReturnType<typeof createHttpClient>

/**
 * Matinee's HTTP surface as a client sees it. Every answer is held to its schema in
 * the contracts; a refusal is held to `Problem` and rejects with a `ProblemError`.
 */
export function createHttpClient(baseUrl: string) {
  async function call<Answer extends z.ZodType>(
    path: string,
    answer: Answer,
    { method = 'POST', token, body }: Call = {},
  ): Promise<z.infer<Answer>> {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    if (response.status === 204) return answer.parse(undefined)
    const content: unknown = await response.json()
    if (response.ok) return answer.parse(content)
    if (response.headers.get('content-type') !== 'application/problem+json') throw new Error(`${method} ${path}: not a problem`)
    throw new ProblemError(`${method} ${path}`, Problem.parse(content), response.headers)
  }
  const get = <Answer extends z.ZodType>(path: string, answer: Answer, token?: string) => call(path, answer, { method: 'GET', token })

  return {
    register: (body: { email: string; password: string; display_name: string }) => call('/api/auth/register/', Session, { body }),
    login: (email: string, password: string) => call('/api/auth/login/', Session, { body: { email, password } }),
    guest: (display_name: string) => call('/api/auth/guest/', Session, { body: { display_name } }),
    refresh: (refresh_token: string) => call('/api/auth/refresh/', Session, { body: { refresh_token } }),
    logout: (token: string) => call('/api/auth/logout/', z.undefined(), { token }),
    me: (token: string) => get('/api/auth/me/', User, token),

    create: (token: string, body: z.input<typeof CreateRoomBody>) => call('/api/rooms/create/', CreatedRoom, { token, body }),
    join: (token: string, room_code: string, password?: string) =>
      call('/api/rooms/join/', Joined, { token, body: { room_code, ...(password === undefined ? {} : { password }) } }),
    approve: (token: string, room_id: string, user_id: string) =>
      call('/api/rooms/approve/', Approved, { token, body: { room_id, user_id } }),
    deny: (token: string, room_id: string, user_id: string) => call('/api/rooms/deny/', Denied, { token, body: { room_id, user_id } }),
    leave: (token: string, room_id: string) => call('/api/rooms/leave/', Left, { token, body: { room_id } }),
    close: (token: string, room_id: string) => call('/api/rooms/close/', Closed, { token, body: { room_id } }),
    setRole: (token: string, room_id: string, user_id: string, role: 'moderator' | 'member') =>
      call('/api/rooms/set-role/', RoleSet, { token, body: { room_id, user_id, role } }),
    list: (query: string) => get(`/api/rooms/?query=${encodeURIComponent(query)}`, RoomList),
    room: (token: string, code: string) => get(`/api/rooms/${code}/`, Room, token),
    update: (token: string, code: string, body: z.input<typeof UpdateRoomBody>) =>
      call(`/api/rooms/${code}/`, Room, { method: 'PATCH', token, body }),
    participants: (token: string, code: string) => get(`/api/rooms/${code}/participants/`, ParticipantList, token),
  }
}
