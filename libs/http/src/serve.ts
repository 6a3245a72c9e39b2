import type { Server, WebSocketHandler } from 'bun'
import { defaultMaxBodyBytes } from './body'
import { rememberServer } from './client-address'
import { problemResponse } from './problems'

export interface ServeOptions<Data> {
  /** Answers; or undefined when it has upgraded the connection to a socket. */
  readonly fetch: (request: Request, server: Server<Data>) => Response | undefined | Promise<Response | undefined>
  /** 0 takes any free port. */
  readonly port: number
  readonly hostname: string
  /** Name of the setting that chooses the port, for the sentence when it is taken. */
  readonly portSetting: string
  readonly maxBodyBytes?: number
  /** How long `stop` waits for requests in flight. */
  readonly stopWithinMs?: number
  readonly websocket?: WebSocketHandler<Data>
}

export interface Served<Data> {
  readonly port: number
  readonly url: string
  readonly server: Server<Data>
  /** Accepts no more, finishes requests in flight within the bound, then closes what is left, sockets included. Twice is once. */
  stop(): Promise<void>
}

/** Serves HTTP, and sockets where a handler is given. A body that says it is too large is answered 413 with a problem. */
export function serve<Data = undefined>({
  fetch,
  port,
  hostname,
  portSetting,
  maxBodyBytes = defaultMaxBodyBytes,
  stopWithinMs = 10_000,
  websocket,
}: ServeOptions<Data>): Served<Data> {
  let inFlight = 0
  const idle = Promise.withResolvers<void>()
  let stopping: Promise<void> | undefined

  const answer = async (request: Request, server: Server<Data>): Promise<Response | undefined> => {
    rememberServer(request, server)
    if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) return problemResponse('payload_too_large')
    inFlight++
    try {
      const response = await fetch(request, server)
      if (stopping !== undefined) response?.headers.set('connection', 'close')
      return response
    } finally {
      inFlight--
      if (inFlight === 0 && stopping !== undefined) idle.resolve()
    }
  }

  const server = listen(
    () => Bun.serve<Data>({ port, hostname, fetch: answer, ...(websocket ? { websocket } : {}) } as Bun.Serve.Options<Data>),
    {
      port,
      hostname,
      portSetting,
    },
  )
  return {
    port: server.port ?? port,
    url: server.url.origin,
    server,
    stop: () => {
      stopping ??= (async () => {
        const stopped = server.stop()
        const late = Promise.withResolvers<void>()
        const timer = setTimeout(late.resolve, stopWithinMs)
        if (inFlight > 0) await Promise.race([idle.promise, late.promise])
        clearTimeout(timer)
        await server.stop(true)
        await stopped
      })()
      return stopping
    },
  }
}

function listen<S>(start: () => S, { port, hostname, portSetting }: { port: number; hostname: string; portSetting: string }): S {
  try {
    return start()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    throw new Error(`Port ${port} on ${hostname} is in use. Stop what uses it, or choose another with ${portSetting}.`, { cause: error })
  }
}
