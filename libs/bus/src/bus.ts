import type { AnyCloudEvent, StreamName } from '@matinee/contracts'

/**
 * Facts between contexts. Publishing and consuming only; what a fact means is
 * the contexts' business.
 */
export interface Bus {
  /**
   * Resolves when the event is stored durably: every consumer of its stream will
   * see it at least once. Rejects when that is not known; publishing again under
   * the same `id` is safe, repetitions within two minutes are dropped. Never hangs: about
   * two seconds at most, and no time at all while the server is known to be away.
   */
  publish(event: AnyCloudEvent): Promise<void>

  /**
   * Hands each event whose type is in `types` to one consumer among all that share
   * `durable`, at least once, in no promised order, beginning with the oldest
   * stored. A handler that rejects gets the event again, after `retryAfterMs`;
   * after `maxDeliveries` it is set aside (`onDead`) and the others go on. Handlers
   * run beside each other. All who share `durable` must ask for the same `types`.
   * Returns at once; retries until the stream exists and the server answers.
   */
  consume(options: ConsumeOptions): Consumer

  /**
   * Hands every event whose type is in `types` to this caller, in stored order,
   * beginning with those stored since `sinceMs`, then live. Another caller gets
   * its own. One handler runs at a time; one that rejects is logged, and the event is
   * not repeated. After the server lost data the newest events may come a second time.
   * Returns at once; retries until the stream exists and the server answers.
   */
  follow(options: FollowOptions): Consumer

  /** Tells whoever listens now; not stored, may be lost, never rejects. */
  signal(subject: string, data: unknown): void
  /** Hears signals from now on. */
  onSignal(subject: string, handler: (data: unknown) => void): Consumer

  /** Whether the server answers now. Health shows it; nothing waits for it. */
  connected(): boolean
  /**
   * Hears of every change between answering and not, from now on. After `true` the server may be another, or have lost
   * what it stored: whoever can tell what should have come asks its owner.
   */
  onConnected(listener: (connected: boolean) => void): void

  /** Resolves when handlers under way have finished. */
  close(): Promise<void>
}

export interface Consumer {
  /** No handler starts after this; resolves when those under way have finished. */
  stop(): Promise<void>
  /** Holds delivery back until `resume`; events stay stored. */
  pause(): void
  resume(): void
  /** Resolves when the consumer has been set up with the server and, for `follow`, has handled what was stored before. */
  readonly ready: Promise<void>
}

export interface ConsumeOptions {
  readonly stream: StreamName
  readonly durable: string
  readonly types: readonly string[]
  readonly handler: (event: AnyCloudEvent) => Promise<void>
  /** How long a handler may take before the event is given to another; default 5,000. */
  readonly ackWaitMs?: number
  /** Default 500. */
  readonly retryAfterMs?: number
  /** Default 10. */
  readonly maxDeliveries?: number
  /** Hears of an event that is set aside. */
  readonly onDead?: (event: AnyCloudEvent | undefined, reason: string) => void
}

export interface FollowOptions {
  readonly stream: StreamName
  readonly types: readonly string[]
  readonly sinceMs: number
  readonly handler: (event: AnyCloudEvent) => Promise<void>
}
