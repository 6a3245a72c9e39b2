/** Where ids and secrets come from: cryptographic, unless a test seeds its own. */
export interface Ids {
  uuid(): string
  /** `length` characters of `alphabet`, each equally likely. */
  text(alphabet: string, length: number): string
}

export const systemIds: Ids = {
  uuid: () => crypto.randomUUID(),
  text(alphabet, length) {
    // Bytes past the last whole multiple of the alphabet would favour its first characters: draw those again.
    const limit = 256 - (256 % alphabet.length)
    let text = ''
    while (text.length < length) {
      for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
        if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length]
      }
    }
    return text
  },
}

/** Ids in a fixed order, for tests: the same seed gives the same ids. */
export function createSeededIds(seed: number): Ids {
  let state = seed >>> 0
  // mulberry32 (Tommy Ettinger, public domain): small, and even enough for tests.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const text = (alphabet: string, length: number) => Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('')
  return {
    text,
    uuid: () =>
      `${text('0123456789abcdef', 8)}-${text('0123456789abcdef', 4)}-4${text('0123456789abcdef', 3)}-8${text('0123456789abcdef', 3)}-${text('0123456789abcdef', 12)}`,
  }
}
