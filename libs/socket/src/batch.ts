/** What a topic published in one turn. */
export interface Batch {
  readonly texts: readonly string[]
  /** Whether it is surely little enough to be written without looking how full the socket is. */
  readonly isSmall: boolean
  /** The length of each, counted once for all for whom it has to wait. */
  readonly bytes: () => readonly number[]
}

const fewTexts = 64
const smallLength = 64 * 1024

/** The batch of these texts, in their order. */
export function batchOf(texts: readonly string[]): Batch {
  let bytes: readonly number[] | undefined
  return {
    texts,
    isSmall: isSmall(texts),
    bytes: () => {
      bytes ??= texts.map((text) => Buffer.byteLength(text))
      return bytes
    },
  }
}

/** For those who get only what is their own. */
export const nothing = batchOf([])

function isSmall(texts: readonly string[]): boolean {
  if (texts.length > fewTexts) return false
  let length = 0
  for (const text of texts) length += text.length
  return length <= smallLength
}
