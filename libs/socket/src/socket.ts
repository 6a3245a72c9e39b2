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
 * socket is above any single frame; `outbox.ts` stops long before it.
 */
export const clientSocketOptions = {
  maxPayloadLength: maxFrameBytes,
  backpressureLimit: 2 * 1024 * 1024,
  closeOnBackpressureLimit: true,
  // Bun counts what it sends as a sign of life: in a room where people talk it would never give up a client whose
  // network is gone. `client-sockets.ts` counts what it hears.
  idleTimeout: 0,
  sendPings: false,
  perMessageDeflate: false,
} as const

/** How long nothing may be heard of a client, answers to pings included, before its connection counts as half-open. */
export const defaultIdleS = 25
