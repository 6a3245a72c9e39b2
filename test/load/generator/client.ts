import type { Socket } from 'bun'
import type { Seat } from '../systems/system'
import { createFrameReader, pongFrame, textFrame } from './frames'
import { chatFrame, numberIn } from './message'

/** One viewer: a bare TCP socket that speaks as much WebSocket as counting takes. */
export interface Client {
  readonly room: number
  /** Messages received, whichever. */
  received: number
  send(number: number): void
  close(): void
}

export interface ClientHandlers {
  /** A message has arrived; `nowMs` is when its bytes were handed over. */
  message(number: number, client: Client, nowMs: number): void
  /** Something that should not happen under load: an ERROR frame, or the end of the socket. */
  trouble(what: string): void
}

const opcodes = { text: 1, close: 8, ping: 9 }
const errorStart = Buffer.from('{"type":"ERROR"')

/** Resolves when the handshake is done and, where the server greets its members, the greeting has come. */
export async function openClient({ port, path, protocols, room }: Seat, handlers: ClientHandlers): Promise<Client> {
  const ready = Promise.withResolvers<void>()
  let shaken = ''
  let open = false
  let closing = false
  let nowMs = 0
  let socket: Socket | undefined

  const reader = createFrameReader((opcode, bytes, start, end) => {
    if (opcode === opcodes.text) {
      const number = numberIn(bytes, start, end)
      if (number >= 0) {
        client.received++
        handlers.message(number, client, nowMs)
      } else if (errorStart.compare(bytes, start, start + errorStart.length) === 0) {
        handlers.trouble(Buffer.from(bytes.subarray(start, end)).toString())
      }
      if (!open) {
        open = true
        ready.resolve()
      }
    } else if (opcode === opcodes.ping) write(pongFrame(bytes.subarray(start, end)))
  })

  function write(frame: Uint8Array): void {
    if (closing) return
    if (socket?.write(frame) !== frame.length) handlers.trouble('a client could not write')
  }

  const client: Client = {
    room,
    received: 0,
    send: (number) => write(textFrame(chatFrame(number))),
    close() {
      closing = true
      // A clean close: 1000.
      socket?.write(new Uint8Array([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]))
      socket?.end()
    },
  }

  socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open(its) {
        const offered = protocols === '' ? '' : `Sec-WebSocket-Protocol: ${protocols}\r\n`
        its.write(
          `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${offered}\r\n`,
        )
      },
      data(_, chunk) {
        nowMs = performance.now()
        if (open || shaken === 'done') return reader.read(chunk)
        shaken += chunk.toString('latin1')
        const end = shaken.indexOf('\r\n\r\n')
        if (end < 0) return
        if (!shaken.startsWith('HTTP/1.1 101')) return ready.reject(new Error(`the handshake was answered ${shaken.slice(0, 200)}`))
        const rest = Buffer.from(shaken.slice(end + 4), 'latin1')
        shaken = 'done'
        // Nobody greets where nobody has to be let in.
        if (protocols === '') {
          open = true
          ready.resolve()
        }
        if (rest.length > 0) reader.read(rest)
      },
      close() {
        ready.reject(new Error('the socket was closed'))
        if (!closing) handlers.trouble('a socket was closed')
      },
      error: (_, error) => handlers.trouble(String(error)),
    },
  })
  await ready.promise
  return client
}
