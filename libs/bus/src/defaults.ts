/** What a consumer gets that does not say otherwise. */
export const defaults = {
  ackWaitMs: 5_000,
  retryAfterMs: 500,
  maxDeliveries: 10,
  /** Handlers of one consumer that run beside each other. */
  handlersAtOnce: 16,
} as const
