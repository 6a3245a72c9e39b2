/** How much of what one client sends is kept while no node can take it. */
const maxFrames = 64
const maxBytes = 64 * 1024

/** A client's frames that wait for a node, in order. */
export interface Held {
  /** False when there is no more room; the frame is then not kept. */
  add(text: string): boolean
  /** All of them, oldest first; none are left. */
  take(): readonly string[]
}

export function createHeld(): Held {
  let frames: string[] = []
  let bytes = 0
  return {
    add(text) {
      const textBytes = Buffer.byteLength(text)
      if (frames.length >= maxFrames || bytes + textBytes > maxBytes) return false
      frames.push(text)
      bytes += textBytes
      return true
    },
    take() {
      const taken = frames
      frames = []
      bytes = 0
      return taken
    },
  }
}
