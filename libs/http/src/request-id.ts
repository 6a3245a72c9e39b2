import type { InternalSecret } from './internal-secret'

export const requestIdHeader = 'x-request-id'

/** The id a request is followed by through the system: the caller's, if it is one of us and the id is sane; else a new one. */
export function chooseRequestId(request: Request, secret: InternalSecret, newId: () => string = () => crypto.randomUUID()): string {
  const given = request.headers.get(requestIdHeader)
  if (given !== null && sane.test(given) && secret.matches(request)) return given
  return newId()
}

/** What is known of a request from its first moment. */
export interface Arrival {
  readonly requestId: string
  /** On the monotonic clock (`performance.now()`). */
  readonly startedAtMs: number
}

/** Notes a request's arrival; `arrivalOf` finds it again wherever the request is at hand. */
export function noteArrival(request: Request, arrival: Arrival): Arrival {
  arrivals.set(request, arrival)
  return arrival
}

export function arrivalOf(request: Request): Arrival | undefined {
  return arrivals.get(request)
}

/** The id of a request that an app has received. */
export function requestIdOf(request: Request): string | undefined {
  return arrivals.get(request)?.requestId
}

const arrivals = new WeakMap<Request, Arrival>()
const sane = /^[A-Za-z0-9._-]{1,64}$/
