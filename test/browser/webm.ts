/** One encoded picture. */
export interface EncodedFrame {
  readonly atMs: number
  readonly isKey: boolean
  readonly bytes: Uint8Array
}

export interface WebmOptions {
  readonly width: number
  readonly height: number
  readonly durationMs: number
}

/**
 * A WebM file of VP8 pictures with what a recorder leaves out: its length, and an index, so that a player can jump to anywhere. Every
 * cluster begins with a key frame. Instants are milliseconds.
 */
export function webmOf(frames: readonly EncodedFrame[], { width, height, durationMs }: WebmOptions): Uint8Array {
  const info = element(0x1549a966, [
    unsigned(0x2ad7b1, 1_000_000),
    float(0x4489, durationMs),
    text(0x4d80, 'matinee'),
    text(0x5741, 'matinee'),
  ])
  const video = element(0xe0, [unsigned(0xb0, width), unsigned(0xba, height)])
  const track = element(0xae, [unsigned(0xd7, 1), unsigned(0x73c5, 1), unsigned(0x83, 1), text(0x86, 'V_VP8'), video])
  const tracks = element(0x1654ae6b, [track])
  const clusters = clustersOf(frames)
  // The index says where clusters lie, and its own size does not depend on that: positions have eight bytes.
  const cuesOf = (firstAt: number) => {
    let at = firstAt
    const points = clusters.map(({ atMs, bytes }) => {
      const position = element(0xb7, [unsigned(0xf7, 1), unsigned(0xf1, at)])
      at += bytes.length
      return element(0xbb, [unsigned(0xb3, atMs), position])
    })
    return element(0x1c53bb6b, points)
  }
  const head = [info, tracks]
  const cues = cuesOf(sizeOf([...head, cuesOf(0)]))
  const segment = element(0x18538067, [...head, cues, ...clusters.map(({ bytes }) => bytes)])
  const header = element(0x1a45dfa3, [
    unsigned(0x4286, 1),
    unsigned(0x42f7, 1),
    unsigned(0x42f2, 4),
    unsigned(0x42f3, 8),
    text(0x4282, 'webm'),
    unsigned(0x4287, 4),
    unsigned(0x4285, 2),
  ])
  return joined([header, segment])
}

function clustersOf(frames: readonly EncodedFrame[]): { readonly atMs: number; readonly bytes: Uint8Array }[] {
  const groups: EncodedFrame[][] = []
  for (const frame of frames) {
    if (frame.isKey) groups.push([])
    groups.at(-1)?.push(frame)
  }
  return groups.map((group) => {
    const atMs = group[0]?.atMs ?? 0
    const blocks = group.map((frame) => {
      const sinceMs = frame.atMs - atMs
      const flags = frame.isKey ? 0x80 : 0
      return element(0xa3, [Uint8Array.of(0x81, sinceMs >> 8, sinceMs & 0xff, flags), frame.bytes])
    })
    return { atMs, bytes: element(0x1f43b675, [unsigned(0xe7, atMs), ...blocks]) }
  })
}

const sizeOf = (parts: readonly Uint8Array[]) => parts.reduce((sum, { length }) => sum + length, 0)

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(sizeOf(parts))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function element(id: number, parts: readonly Uint8Array[]): Uint8Array {
  const size = new Uint8Array(8)
  new DataView(size.buffer).setBigUint64(0, BigInt(sizeOf(parts)) | (1n << 56n))
  return joined([idBytes(id), size, ...parts])
}

function idBytes(id: number): Uint8Array {
  const length = id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1
  return Uint8Array.from({ length }, (_, at) => (id >>> (8 * (length - 1 - at))) & 0xff)
}

function unsigned(id: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return element(id, [bytes])
}

function float(id: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return element(id, [bytes])
}

const text = (id: number, value: string) => element(id, [new TextEncoder().encode(value)])
