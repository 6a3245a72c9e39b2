/** What may wait for a client, with what its socket has not got rid of, before it is told to come back. */
export const maxWaitingBytes = 256 * 1024
/** Of what is to leave before its socket is closed, so much has to be taken every `paceMs`. */
export const paceBytes = 64 * 1024
export const paceMs = 5_000

/** A frame that could not leave yet. */
export interface WaitingFrame {
  readonly text: string
  readonly bytes: number
}

/** What waits for one client, oldest first, and how it takes that. */
export interface Backlog {
  readonly frames: WaitingFrame[]
  waitingBytes: number
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
  waitingBytes: 0,
  givenBytes: 0,
  watched: undefined,
  closing: undefined,
})

/** Puts a frame behind those that wait. */
export function addTo(backlog: Backlog, frame: WaitingFrame): void {
  backlog.frames.push(frame)
  backlog.waitingBytes += frame.bytes
}

/** Takes the oldest frames, `upToBytes` and less than one frame more, for a socket that has got rid of all it was given. */
export function takeFrom(backlog: Backlog, upToBytes: number): readonly WaitingFrame[] {
  let [count, bytes] = [0, 0]
  for (const frame of backlog.frames) {
    if (bytes >= upToBytes) break
    count++
    bytes += frame.bytes
  }
  backlog.givenBytes += bytes
  backlog.waitingBytes -= bytes
  return backlog.frames.splice(0, count)
}

/** Whether more waits than may, together with what the socket has not got rid of. */
export const isTooMuch = ({ waitingBytes }: Backlog, bufferedBytes: number, limitBytes: number): boolean =>
  waitingBytes + bufferedBytes > limitBytes

/** Whether one whose socket is to be closed has taken too little of the rest for too long. To be asked about once a second. */
export function isTooSlow(backlog: Backlog, nowMs: number): boolean {
  const { closing, givenBytes, watched } = backlog
  if (!closing) return false
  if (watched && givenBytes - watched.fromBytes < paceBytes) return nowMs - watched.sinceMs >= paceMs
  backlog.watched = { sinceMs: nowMs, fromBytes: givenBytes }
  return false
}
