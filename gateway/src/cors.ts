const allowedMethods = 'GET, POST, PATCH, DELETE'
const allowedHeaders = 'authorization, content-type'
const exposedHeaders = 'x-request-id, retry-after'
/** Browsers cap it lower anyway (Chromium: two hours). */
const preflightMaxAgeS = 7_200

/**
 * Cross-origin rules: listed origins may call the API and read its answers.
 * Credentials are never allowed, for nothing here is authenticated by a cookie.
 */
export function createCors(allowedOrigins: readonly string[]) {
  const originOf = (request: Request): string | undefined => {
    const origin = request.headers.get('origin')
    return origin !== null && allowedOrigins.includes(origin) ? origin : undefined
  }
  return {
    /** The answer to a preflight; undefined when the request is none. To a stranger it says nothing, which browsers take as no. */
    preflight(request: Request): Response | undefined {
      if (request.method !== 'OPTIONS' || !request.headers.has('access-control-request-method')) return undefined
      const response = new Response(null, { status: 204 })
      if (originOf(request) !== undefined) {
        response.headers.set('access-control-allow-methods', allowedMethods)
        response.headers.set('access-control-allow-headers', allowedHeaders)
        response.headers.set('access-control-max-age', String(preflightMaxAgeS))
      }
      return response
    },

    /** Sets what lets the asking page read the answer. */
    permit(request: Request, answer: Headers): void {
      // Always, also to strangers: a cache must not hand one origin's answer to another.
      answer.append('vary', 'Origin')
      const origin = originOf(request)
      if (origin === undefined) return
      answer.set('access-control-allow-origin', origin)
      answer.set('access-control-expose-headers', exposedHeaders)
    },
  }
}
