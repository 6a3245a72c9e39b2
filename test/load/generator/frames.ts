/** The WebSocket frames a load generator needs (RFC 6455), at the price of a few instructions each. */

/** A client's text frame of up to 125 bytes. The mask is zero, which leaves the text as it is: masking costs the sender, not the server. */
export function textFrame(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  return clientFrame(0x81, bytes)
}

export const pongFrame = (payload: Uint8Array): Uint8Array => clientFrame(0x8a, payload)

function clientFrame(first: number, payload: Uint8Array): Uint8Array {
  if (payload.length > 125) throw new RangeError('the generator sends short frames only')
  const frame = new Uint8Array(6 + payload.length)
  frame[0] = first
  frame[1] = 0x80 | payload.length
  frame.set(payload, 6)
  return frame
}

export interface FrameReader {
  /** Hands over every whole frame in what has come so far. `start` and `end` are valid during the call. */
  read(chunk: Uint8Array): void
}

/** Splits a server's bytes into frames. */
export function createFrameReader(take: (opcode: number, bytes: Uint8Array, start: number, end: number) => void): FrameReader {
  let rest: Uint8Array | undefined
  return {
    read(chunk) {
      const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
      let at = 0
      while (at + 2 <= bytes.length) {
        const short = (bytes[at + 1] ?? 0) & 0x7f
        const start = at + (short === 126 ? 4 : short === 127 ? 10 : 2)
        if (start > bytes.length) break
        const length = short < 126 ? short : lengthAt(bytes, at + 2, start)
        if (start + length > bytes.length) break
        take((bytes[at] ?? 0) & 0x0f, bytes, start, start + length)
        at = start + length
      }
      // The chunk is its owner's again after this call.
      rest = at < bytes.length ? bytes.slice(at) : undefined
    },
  }
}

function lengthAt(bytes: Uint8Array, from: number, to: number): number {
  let length = 0
  for (let place = from; place < to; place++) length = length * 256 + (bytes[place] ?? 0)
  return length
}
