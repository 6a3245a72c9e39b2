import type { Server, WebSocketHandler } from 'bun'

/** The socket side of the gateway. */
export interface Sockets<Data> {
  /**
   * Takes a handshake for `/ws/room/<code>` that has passed the host, origin and
   * rate checks. Undefined when the connection is a socket now; otherwise the answer.
   */
  upgrade(request: Request, server: Server<Data>): Promise<Response | undefined> | Response | undefined
  readonly websocket: WebSocketHandler<Data>
  /** Tells every client to come back elsewhere, and resolves when all are gone or time is up. */
  drain(): Promise<void>
}
