/**
 * Chat lines that carry a number at their end, to be found in the bytes of the
 * event without parsing it: an event ends with the message, and so with `~12345678"}`.
 */
const digits = 8
const tail = '"}'.length
const filler = 'a line of chat about the film, as long as people write ~'

export const chatFrame = (number: number): string => `{"type":"CHAT_MESSAGE","message":"${filler}${String(number).padStart(digits, '0')}"}`

/** The number of the message that a frame's bytes end with; -1 where it is not an event of ours. */
export function numberIn(bytes: Uint8Array, start: number, end: number): number {
  const first = end - tail - digits
  if (first - 1 < start || bytes[first - 1] !== 0x7e) return -1
  let number = 0
  for (let place = first; place < end - tail; place++) number = number * 10 + (bytes[place] ?? 0) - 0x30
  return number
}
