import { expect, test } from 'bun:test'
import { createSession, queue } from './session'

const door = { topic: () => ({ name: '', publish() {}, tell() {} }), backlogBytes: () => 0 }
const connection = { id: 'c1', door, admit() {}, renew() {}, send() {}, page() {}, close() {} }
const newSession = () => createSession(connection, { room: '7GQ4KX2M', lobby: false, again: false })

test('what one client sends is in its own inbox only, in order', () => {
  const [one, other] = [newSession(), newSession()]

  queue(one, { type: 'CHAT_MESSAGE', message: 'first' })
  queue(one, { type: 'CHAT_MESSAGE', message: 'second' })

  expect(one.inbox.map((frame) => 'message' in frame && frame.message)).toEqual(['first', 'second'])
  expect(other.inbox).toEqual([])
  expect(newSession().inbox).toEqual([])
})
