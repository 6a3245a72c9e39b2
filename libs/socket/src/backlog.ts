/** What may wait for a client of what its topics publish and of answers to what it sends, before it is told to come back. */
export const maxWaitingBytes = 256 * 1024
/** What may wait besides of what it catches up on: a snapshot, the events it missed. */
export const maxCatchUpBytes = 1024 * 1024
/** Of more than `maxWaitingBytes`, so much has to be taken every `paceMs`. */
export const paceBytes = 64 * 1024
export const paceMs = 5_000

/** A frame that could not leave yet. */
export interface WaitingFrame {
  readonly text: string
  readonly bytes: number
  readonly isCatchUp: boolean
}

/** What waits for one client, oldest first, and how it takes that. */
export interface Backlog {
  readonly frames: WaitingFrame[]
  publishedBytes: number
  catchUpBytes: number
  /** Of what its socket was last given, most of which may still be there. */
  givenCatchUpBytes: number
  /** All that its socket was given since the backlog began. */
  givenBytes: number
  /** Since when, and from where on, it is looked how fast it takes. */
  watched: { readonly sinceMs: number; readonly fromBytes: number } | undefined
  /** How its socket is closed once everything has left. */
  closing: { readonly code: number; readonly reason: string } | undefined
}

/** Nothing waits yet. */
export const createBacklog = (): Backlog => ({
  frames: [],
  publishedBytes: 0,
  catchUpBytes: 0,
  givenCatchUpBytes: 0,
  givenBytes: 0,
  watched: undefined,
  closing: undefined,
})

/** Puts a frame behind those that wait. */
export function addTo(backlog: Backlog, frame: WaitingFrame): void {
  backlog.frames.push(frame)
  if (frame.isCatchUp) backlog.catchUpBytes += frame.bytes
  else backlog.publishedBytes += frame.bytes
}

/** Takes the oldest frames, `upToBytes` and less than one frame more, for a socket that has got rid of all it was given. */
export function takeFrom(backlog: Backlog, upToBytes: number): readonly WaitingFrame[] {
  backlog.givenCatchUpBytes = 0
  let [count, bytes] = [0, 0]
  for (const frame of backlog.frames) {
    if (bytes >= upToBytes) break
    count++
    bytes += frame.bytes
    if (frame.isCatchUp) backlog.givenCatchUpBytes += frame.bytes
  }
  backlog.givenBytes += bytes
  backlog.catchUpBytes -= backlog.givenCatchUpBytes
  backlog.publishedBytes -= bytes - backlog.givenCatchUpBytes
  return backlog.frames.splice(0, count)
}

/** Whether more waits than may, together with what the socket has not got rid of. */
export function isTooMuch(backlog: Backlog, bufferedBytes: number, limitBytes: number): boolean {
  const { publishedBytes, catchUpBytes, givenCatchUpBytes } = backlog
  if (publishedBytes + Math.max(0, bufferedBytes - givenCatchUpBytes) > limitBytes) return true
  return publishedBytes + catchUpBytes + bufferedBytes > limitBytes + maxCatchUpBytes
}

/**
 * Whether too little of it was taken for too long, where more waits than may wait for ever, or its socket is to be closed.
 * To be asked about once a second.
 */
export function isTooSlow(backlog: Backlog, nowMs: number, limitBytes: number): boolean {
  const { publishedBytes, catchUpBytes, givenBytes, watched } = backlog
  if (!backlog.closing && publishedBytes + catchUpBytes <= limitBytes) {
    backlog.watched = undefined
    return false
  }
  if (watched && givenBytes - watched.fromBytes < paceBytes) return nowMs - watched.sinceMs >= paceMs
  backlog.watched = { sinceMs: nowMs, fromBytes: givenBytes }
  return false
}
