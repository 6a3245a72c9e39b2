/**
 * Chat lines that carry a number at their end, to be found in the bytes of the
 * event without parsing it: an event ends with the message, and so with `~12345678"}`.
 */
const digits = 8
const filler = 'a line of chat about the film, as long as people write ~'

export const chatLine = (number: number): string => `${filler}${String(number).padStart(digits, '0')}`

export const chatFrame = (number: number): string => `{"type":"CHAT_MESSAGE","message":"${chatLine(number)}"}`

/** The number of the chat line in a frame's bytes, `after` bytes from their end; -1 where it is not an event of ours. */
export function numberIn(bytes: Uint8Array, start: number, end: number, after: number): number {
  const last = end - after
  const first = last - digits
  if (first - 1 < start || bytes[first - 1] !== 0x7e) return -1
  let number = 0
  for (let place = first; place < last; place++) number = number * 10 + (bytes[place] ?? 0) - 0x30
  return number
}
