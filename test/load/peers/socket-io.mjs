/**
 * Socket.IO 4 with the Redis adapter, WebSocket only: one message is parsed, made
 * an event like Matinee's, and emitted to the room. The adapter publishes it for
 * other nodes, of which there is none. No members, no log.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'

const [port, redisUrl] = process.argv.slice(2)
let connections = 0
let seq = 0

const http = createServer((_, response) => response.end('ready'))
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  adapter: createAdapter(new Redis(redisUrl), new Redis(redisUrl)),
})

io.on('connection', (socket) => {
  const room = String(socket.handshake.query.room)
  const member = { id: randomUUID(), display_name: `Viewer ${++connections}`, is_guest: true, role: 'member' }
  void socket.join(room)
  socket.on('CHAT_MESSAGE', ({ message }) => {
    if (typeof message !== 'string') return
    seq++
    io.to(room).emit('CHAT_MESSAGE', { seq, sent_at_ms: Date.now(), id: randomUUID(), user: member, message })
  })
})

http.listen(Number(port), '127.0.0.1')
