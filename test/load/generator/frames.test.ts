import { expect, test } from 'bun:test'
import { createFrameReader, pongFrame, textFrame } from './frames'
import { chatFrame, numberIn } from './message'

/** A server's frame: like a client's, unmasked. */
function serverFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff]
  return Buffer.concat([Buffer.from([0x81, ...length]), payload])
}

function setup() {
  const texts: string[] = []
  const reader = createFrameReader((_, bytes, start, end) => void texts.push(Buffer.from(bytes.subarray(start, end)).toString()))
  return { reader, texts }
}

test.each([1, 2, 3, 7, 100, 1_000])('frames are found however the bytes are cut: %d at a time', (size) => {
  const { reader, texts } = setup()
  const sent = ['short', '', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(5_000), 'zwölf']
  const bytes = Buffer.concat(sent.map(serverFrame))

  for (let at = 0; at < bytes.length; at += size) reader.read(bytes.subarray(at, at + size))

  expect(texts).toEqual(sent)
})

test('a message is known again by the number at the end of its event', () => {
  const { message } = JSON.parse(chatFrame(4_711)) as { message: string }
  const event = Buffer.from(JSON.stringify({ seq: 3, type: 'CHAT_MESSAGE', user: { id: 'x' }, message }))

  expect(numberIn(event, 0, event.length, 2)).toBe(4_711)
})

test.each(['{}', '{"type":"HEARTBEAT","seq":12345678}', '{"type":"USER_JOINED","user":{"role":"member"}}'])('%s is no message', (text) => {
  const bytes = Buffer.from(text)

  expect(numberIn(bytes, 0, bytes.length, 2)).toBe(-1)
})

test('what a client sends is short', () => {
  expect(textFrame(chatFrame(1)).length).toBeLessThan(132)
  expect(() => pongFrame(new Uint8Array(126))).toThrow('short')
})
