/**
 * The floor: one process that parses a message, makes of it an event like
 * Matinee's, and publishes it. No members, no log, no other process; and a slow
 * client loses frames without a word.
 */
interface Data {
  readonly room: string
  readonly member: { readonly id: string; readonly display_name: string; readonly is_guest: true; readonly role: 'member' }
}

let connections = 0
let seq = 0

const server = Bun.serve<Data>({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  fetch(request, self) {
    const room = new URL(request.url).pathname.split('/').filter(Boolean).pop() ?? ''
    const member = { id: crypto.randomUUID(), display_name: `Viewer ${++connections}`, is_guest: true, role: 'member' } as const
    return self.upgrade(request, { data: { room, member } }) ? undefined : new Response(null, { status: 400 })
  },
  websocket: {
    open: (socket) => void socket.subscribe(socket.data.room),
    message(socket, text) {
      const { type, message } = JSON.parse(String(text)) as { type: unknown; message: unknown }
      if (type !== 'CHAT_MESSAGE' || typeof message !== 'string') return
      seq++
      const event = { seq, sent_at_ms: Date.now(), type, id: crypto.randomUUID(), user: socket.data.member, message }
      server.publish(socket.data.room, JSON.stringify(event))
    },
  },
})
