import { errorOf, MatineeError } from '../matinee-error'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** One request: `query` members that are undefined are left out. */
export interface Call {
  readonly method: Method
  readonly path: string
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly token?: string | undefined
  /** How long to wait for the answer, in milliseconds; 20 s where it does not say. */
  readonly withinMs?: number | undefined
}

/**
 * Makes requests. Resolves with the answer's body, undefined where there is none; rejects with a `MatineeError`, `network` where no
 * answer came in time. The server is trusted to keep to the contracts: answers are not validated again.
 */
export type Caller = <Answer>(call: Call) => Promise<Answer>

/** As much of the platform's fetch as is needed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

const usuallyWithinMs = 20_000

/** A caller for the server at `baseUrl`, which has no slash at its end. */
export function createCaller(baseUrl: string, fetch: Fetch): Caller {
  return async <Answer>({ method, path, body, query = {}, token, withinMs = usuallyWithinMs }: Call) => {
    const asked = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, `${value}`)
    const headers: Record<string, string> = {}
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    try {
      const response = await fetch(`${baseUrl}${path}${asked.size > 0 ? `?${asked}` : ''}`, {
        method,
        headers,
        signal: AbortSignal.timeout(withinMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw await errorOf(response)
      // The caller names the answer's type; the contracts hold the server to it.
      return (response.status === 204 ? undefined : await response.json()) as Answer
    } catch (error) {
      if (error instanceof MatineeError) throw error
      throw new MatineeError('network', 'The server cannot be reached.', { retryable: true, cause: error })
    }
  }
}
