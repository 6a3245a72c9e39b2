/** As much of the platform's WebSocket as is needed. */
export type WebSocketClass = new (url: string, protocols: string[]) => SocketLike

/** A WebSocket that was opened. */
export interface SocketLike {
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
  onerror: ((event: unknown) => void) | null
  send(text: string): void
  close(code?: number, reason?: string): void
}
