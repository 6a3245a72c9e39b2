import { createLog, type Log, within } from '@matinee/kernel'
import type { Server, WebSocketHandler } from 'bun'
import { rememberServer } from './client-address'
import { problemOf, refusalOf } from './problems'

export interface ServeOptions<Data> {
  /** Answers; or undefined when it has upgraded the connection to a socket. What it throws is answered as a problem. */
  readonly fetch: (request: Request, server: Server<Data>) => Response | undefined | Promise<Response | undefined>
  /** 0 takes any free port. */
  readonly port: number
  readonly hostname: string
  /** Name of the setting that chooses the port, for the sentence when it is taken. */
  readonly portSetting: string
  /** How long `stop` waits for requests in flight. */
  readonly stopWithinMs?: number
  /** Where bugs that reach the server are written; by default to the process's output, for none may be lost. */
  readonly log?: Log
  readonly websocket?: WebSocketHandler<Data>
}

export interface Served<Data> {
  readonly port: number
  readonly url: string
  readonly server: Server<Data>
  /** Accepts no more, finishes requests in flight within the bound, then closes what is left, sockets included. Twice is once. */
  stop(): Promise<void>
}

/**
 * How long a connection may be quiet; the most that Bun takes. Its own 10 s are less than proxies and other services keep theirs for, and
 * it closes one that was quiet for so long although a request has just come by it, which then is lost.
 */
const idleS = 255

/** Serves HTTP, and sockets where a handler is given. How large a body may be is for `fetch` to say, as every refusal is: what is refused here, nobody would count. */
export function serve<Data = undefined>(options: ServeOptions<Data>): Served<Data> {
  const { fetch, port, hostname, stopWithinMs = 10_000, websocket } = options
  const { log = createLog({ level: 'error', service: 'http' }) } = options
  const idle = Promise.withResolvers<void>()
  let inFlight = 0
  let stopping: Promise<void> | undefined

  const answer = async (request: Request, server: Server<Data>): Promise<Response | undefined> => {
    rememberServer(request, server)
    inFlight++
    try {
      const response = await fetch(request, server)
      // A client that keeps the connection would send its next request into the closing of it.
      if (stopping !== undefined) response?.headers.set('connection', 'close')
      return response
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal.code === 'internal') log.error('a bug reached the server', { method: request.method, error: refusal.cause })
      return problemOf(refusal)
    } finally {
      inFlight--
      if (inFlight === 0 && stopping !== undefined) idle.resolve()
    }
  }

  const server = listen(options, () => {
    // Bun's own 413 has an empty body: bodies are measured by whoever reads them. What nobody reads, Bun does not keep.
    const common = { port, hostname, idleTimeout: idleS, maxRequestBodySize: Number.MAX_SAFE_INTEGER, fetch: answer }
    // Bun's types want the presence of `websocket` known when compiling.
    return Bun.serve<Data>((websocket === undefined ? common : { ...common, websocket }) as Bun.Serve.Options<Data>)
  })

  return {
    port: server.port ?? port,
    url: server.url.origin,
    server,
    stop() {
      stopping ??= (async () => {
        const stopped = server.stop()
        if (inFlight > 0) await within(stopWithinMs, idle.promise)
        // It resolves only when every connection is closed, and an open socket would keep it.
        await server.stop(true)
        await stopped
      })()
      return stopping
    },
  }
}

function listen<S>({ port, hostname, portSetting }: Pick<ServeOptions<never>, 'port' | 'hostname' | 'portSetting'>, start: () => S): S {
  try {
    return start()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    throw new Error(`Port ${port} on ${hostname} is in use. Stop what uses it, or choose another with ${portSetting}.`, { cause: error })
  }
}
