/**
 * A link joins one gateway process to one sync process. Both ends send text
 * frames (`@matinee/contracts`, link.ts).
 */
export interface LinkEnd {
  /**
   * Hands over a frame. Frames arrive in the order sent, each once, or the link
   * ends: none is dropped alone. After the end, sending does nothing. An `urgent` one does not wait for others to come, and
   * takes those before it along.
   */
  send(frame: string, urgent?: boolean): void
  /** How much of what was sent has not left yet; whoever has much to send, and can wait, looks first. */
  backlogBytes(): number
  /** Ends the link for both sides. What was sent before may or may not arrive. */
  close(): void
}

/** What one side does with what comes over the link. Never called from within `send`. */
export interface LinkHandlers {
  frame(text: string): void
  /** Called once; no frame comes after it. */
  closed(reason: LinkEnded): void
}

/**
 * Why a link has ended, as this side knows: one of both closed it or the connection broke; more waited than
 * `maxLinkBacklogBytes`; or what came was no message of a link.
 */
export type LinkEnded = 'closed' | 'backlog' | 'not_a_message'

/** The gateway's side: resolves when the node has accepted; rejects when it cannot be reached or refuses. */
export type ConnectLink = (handlers: LinkHandlers) => Promise<LinkEnd>

/** The node's side: hears of each new link, and says what to do with its frames. */
export type AcceptLink = (end: LinkEnd) => LinkHandlers

/** A link with more than this waiting has a peer that does not read, and ends. */
export const maxLinkBacklogBytes = 16 * 1024 * 1024
