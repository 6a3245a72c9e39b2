import { Refusal } from '@matinee/kernel'
import { createClientSockets, type SocketData } from './client-sockets'

/** A process of its own, for a test that takes away its open files: sockets on a port, which it prints. Its refusals say how many there were. */
let refused = 0
const sockets = createClientSockets({
  prefix: 'test',
  frameLimit: undefined,
  monotonicMs: () => performance.now(),
  opened() {},
  text() {},
  closed() {},
  onRefused: (reason) => {
    if (reason === 'full') refused++
  },
})
const server = Bun.serve<SocketData>({
  port: 0,
  hostname: '127.0.0.1',
  websocket: sockets.websocket,
  fetch(request, self) {
    try {
      return sockets.upgrade(request, self)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const retryAfterS = Math.ceil((error.retryAfterMs ?? 0) / 1_000)
      return Response.json({ refused }, { status: 503, headers: { 'retry-after': String(retryAfterS) } })
    }
  },
})
process.stdout.write(`${server.port}\n`)
