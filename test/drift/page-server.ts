import { join } from 'node:path'

/** Serves the page of a viewer, and tells what time it is. */
export interface PageServer {
  readonly origin: string
  /** Answers each message with the runner's Unix milliseconds, in fractions. */
  readonly clockUrl: string
  stop(): void
}

const page =
  '<!doctype html><title>viewer</title><video muted playsinline width="240" height="135"></video><script type="module" src="/viewer.js"></script>'

/** Builds the page, on `@matinee/client` and nothing else, and serves it on the loopback. */
export async function servePage(): Promise<PageServer> {
  const built = await Bun.build({ entrypoints: [join(import.meta.dir, 'page/viewer.ts')], target: 'browser', throw: true })
  const script = await built.outputs[0]?.text()
  const answers = { '/': [page, 'text/html'], '/viewer.js': [script ?? '', 'text/javascript'] } as const
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request, serving) {
      const { pathname } = new URL(request.url)
      if (pathname === '/clock') return serving.upgrade(request) ? undefined : new Response(null, { status: 426 })
      const [body, type] = pathname in answers ? answers[pathname as keyof typeof answers] : ['', '']
      return new Response(body, { status: type ? 200 : 404, headers: { 'content-type': type || 'text/plain' } })
    },
    websocket: { message: (socket) => void socket.send(String(performance.timeOrigin + performance.now())) },
  })
  return {
    origin: `http://127.0.0.1:${server.port}`,
    clockUrl: `ws://127.0.0.1:${server.port}/clock`,
    stop: () => void server.stop(true),
  }
}
