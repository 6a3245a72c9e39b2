import { expect, test } from 'bun:test'
import { snapshot } from './domain/scene.fixture'
import { openRoom } from './room-connection'
import type { SocketLike } from './socket'

class Socket implements SocketLike {
  static readonly opened = Promise.withResolvers<Socket>()
  onopen: SocketLike['onopen'] = null
  onmessage: SocketLike['onmessage'] = null
  onclose: SocketLike['onclose'] = null
  onerror: SocketLike['onerror'] = null
  readonly sent: string[] = []
  constructor() {
    Socket.opened.resolve(this)
  }
  send(text: string) {
    this.sent.push(text)
  }
  close() {}
}

test('[FL11] what is told while one is not in is not sent, and said not to be', async () => {
  const room = openRoom({
    url: 'ws://matinee.test/ws/room/44C69XDM/',
    lobby: true,
    WebSocket: Socket,
    token: async () => 'a',
    nowMs: () => performance.now(),
    chance: () => 0.5,
    newId: () => 'one',
    onOnline: () => () => {},
  })
  const socket = await Socket.opened.promise

  const before = room.tell({ type: 'READY', version: 1 })
  // The connection listens once the class has made the socket.
  await Promise.resolve()
  socket.onopen?.()
  socket.onmessage?.({ data: JSON.stringify(snapshot()) })
  await room.entered
  const within = room.tell({ type: 'READY', version: 2 })
  room.close()
  const after = room.tell({ type: 'READY', version: 3 })

  expect({ before, within, after }).toEqual({ before: false, within: true, after: false })
  expect(socket.sent.filter((text) => text.includes('READY'))).toEqual(['{"type":"READY","version":2}'])
})
