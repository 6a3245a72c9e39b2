import type { Socket } from 'bun'
import type { Seat } from '../systems/system'
import { dialects } from './dialects'
import { createFrameReader, pongFrame, textFrame } from './frames'
import { numberIn } from './message'

/** One viewer: a bare TCP socket that speaks as much WebSocket as counting takes. */
export interface Client {
  readonly room: number
  /** Messages received, whichever. */
  received: number
  send(number: number): void
  /** Says goodbye. */
  close(): void
  /** Is gone without a word, as when what stands between has failed. */
  vanish(): void
}

export interface ClientHandlers {
  /** A message has arrived; `nowMs` is when its bytes were handed over. */
  message(number: number, client: Client, nowMs: number): void
  /** Something that should not happen under load: an error from the server, or the end of the socket. */
  trouble(what: string): void
}

const opcodes = { text: 1, close: 8, ping: 9 }
/** As much of a text as says what it is. */
const startBytes = 16

/** Resolves when the handshake is done and, where the server greets its members, the greeting has come. */
export async function openClient({ port, path, protocols, room, dialect }: Seat, handlers: ClientHandlers): Promise<Client> {
  const { say, bytesAfterNumber, hear, letsInAtOnce } = dialects[dialect]
  const ready = Promise.withResolvers<void>()
  let shaken: string | undefined = ''
  let open = false
  let closing = false
  let nowMs = 0
  let socket: Socket | undefined

  const reader = createFrameReader((opcode, bytes, start, end) => {
    if (opcode === opcodes.text) {
      const number = numberIn(bytes, start, end, bytesAfterNumber)
      if (number < 0) return notice(bytes, start, end)
      client.received++
      handlers.message(number, client, nowMs)
    } else if (opcode === opcodes.ping) write(pongFrame(bytes.subarray(start, end)))
  })

  function notice(bytes: Uint8Array, start: number, end: number): void {
    const heard = hear(Buffer.from(bytes.subarray(start, Math.min(end, start + startBytes))).toString('latin1'))
    if (heard.is === 'question') write(textFrame(heard.answer))
    else if (heard.is === 'trouble') {
      const what = Buffer.from(bytes.subarray(start, end)).toString()
      handlers.trouble(what)
      ready.reject(new Error(what))
    } else if (heard.is === 'welcome' && !open) letIn()
  }

  function letIn(): void {
    open = true
    ready.resolve()
  }

  function write(frame: Uint8Array): void {
    if (closing) return
    if (socket?.write(frame) !== frame.length) handlers.trouble('a client could not write')
  }

  const client: Client = {
    room,
    received: 0,
    send: (number) => write(textFrame(say(number))),
    close() {
      closing = true
      // A clean close: 1000.
      socket?.write(new Uint8Array([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]))
      socket?.end()
    },
    vanish() {
      closing = true
      socket?.terminate()
    },
  }

  socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open(its) {
        socket = its
        const offered = protocols === '' ? '' : `Sec-WebSocket-Protocol: ${protocols}\r\n`
        its.write(
          `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${offered}\r\n`,
        )
      },
      data(_, chunk) {
        nowMs = performance.now()
        if (shaken === undefined) return reader.read(chunk)
        shaken += chunk.toString('latin1')
        const end = shaken.indexOf('\r\n\r\n')
        if (end < 0) return
        if (!shaken.startsWith('HTTP/1.1 101')) return ready.reject(new Error(`the handshake was answered ${shaken.slice(0, 200)}`))
        const rest = Buffer.from(shaken.slice(end + 4), 'latin1')
        shaken = undefined
        if (letsInAtOnce) letIn()
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
