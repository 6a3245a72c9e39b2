/** The JetStream streams, each made at start by the service that publishes to it. */
export const streams = {
  ROOMS: { subjects: ['rooms.>'] },
  AUTH: { subjects: ['auth.>'] },
} as const
export type StreamName = keyof typeof streams

/** How long a stream keeps its facts: a consumer that was away longer heals from the owner instead. */
export const streamMaxAgeMs = 24 * 60 * 60 * 1000
/** How long a stream remembers an event's id and drops its repetition. */
export const streamDuplicateWindowMs = 2 * 60 * 1000
