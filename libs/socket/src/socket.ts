import { maxFrameBytes } from '@matinee/contracts'

/** What the way out needs of a client socket. Bun's `ServerWebSocket` is one. */
export interface Socket {
  /** Above 0: sent; -1: queued; 0: dropped, or the socket is closed. */
  send(text: string): number
  cork<T>(send: () => T): T
  getBufferedAmount(): number
  close(code: number, reason: string): void
  terminate(): void
}

/**
 * Bun's settings for client sockets. The hard limit of what Bun may hold for a
 * socket is above any single frame; `outbox.ts` stops long before it. Pings find
 * half-open sockets: `idleTimeout: 30` closed them at 32 s.
 */
export const clientSocketOptions = {
  maxPayloadLength: maxFrameBytes,
  backpressureLimit: 2 * 1024 * 1024,
  closeOnBackpressureLimit: true,
  idleTimeout: 30,
  sendPings: true,
  perMessageDeflate: false,
} as const
