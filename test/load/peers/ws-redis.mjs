/**
 * What many build by hand: Node, `ws`, and a Redis channel for each room, so that
 * it could run on several machines. One message is parsed, made an event like
 * Matinee's, published, and sent to everybody in the room when it comes back.
 * No members, no log; and a slow client is buffered for without bound.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { Redis } from 'ioredis'
import { WebSocketServer } from 'ws'

const [port, redisUrl] = process.argv.slice(2)
const publisher = new Redis(redisUrl)
const subscriber = new Redis(redisUrl)
const rooms = new Map()
let connections = 0
let seq = 0

const http = createServer((_, response) => response.end('ready'))
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false })

sockets.on('connection', (socket, request) => {
  const room = new URL(request.url, 'http://localhost').pathname
  const member = { id: randomUUID(), display_name: `Viewer ${++connections}`, is_guest: true, role: 'member' }
  enter(room, socket)
  socket.on('message', (text) => {
    const { type, message } = JSON.parse(text)
    if (type !== 'CHAT_MESSAGE' || typeof message !== 'string') return
    seq++
    const event = { seq, sent_at_ms: Date.now(), type, id: randomUUID(), user: member, message }
    void publisher.publish(room, JSON.stringify(event))
  })
  socket.on('close', () => leave(room, socket))
})

subscriber.on('message', (room, event) => {
  for (const socket of rooms.get(room) ?? []) socket.send(event)
})

function enter(room, socket) {
  const here = rooms.get(room)
  if (here) return here.add(socket)
  rooms.set(room, new Set([socket]))
  void subscriber.subscribe(room)
}

function leave(room, socket) {
  const here = rooms.get(room)
  here?.delete(socket)
  if (here?.size !== 0) return
  rooms.delete(room)
  void subscriber.unsubscribe(room)
}

http.listen(Number(port), '127.0.0.1')
