import { type Log, Refusal } from '@matinee/kernel'
import { Elysia, NotFoundError } from 'elysia'
import type { Metrics } from './metrics'
import { problemOf, refusalCounter, refusalOf } from './problems'
import { requestIdOf } from './request-id'

/** What can be asked of Elysia's router: routes with parameters, and routes without, by path and method. */
interface Router {
  readonly http: { find(method: string, path: string): unknown }
  readonly static: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Turns whatever a handler throws into a problem, and counts it; what is no refusal is a bug and logged whole, without headers and bodies. */
export const errors = ({ log, metrics, router }: { log: Log; metrics: Metrics; router: () => Router }) => {
  const refused = refusalCounter(metrics)
  return new Elysia({ name: 'http.errors' }).onError({ as: 'global' }, ({ error, request, path, set }) => {
    const requestId = requestIdOf(request)
    const allow = error instanceof NotFoundError ? methodsAt(router(), path) : []
    const thrown = error instanceof NotFoundError ? new Refusal(allow.length > 0 ? 'method_not_allowed' : 'not_found') : error
    const refusal = refusalOf(thrown)
    refused.inc({ code: refusal.code })
    if (refusal.code === 'internal')
      log.error('a bug answered 500', { request_id: requestId, method: request.method, path, error: refusal.cause })
    const problem = problemOf(refusal, { requestId, ...(allow.length > 0 ? { allow } : {}) })
    set.status = problem.status
    return problem
  })
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

function methodsAt(router: Router, path: string): string[] {
  const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
  const fixed = { ...router.static[path], ...router.static[other] }
  return methods.filter((method) => method in fixed || router.http.find(method, path))
}
