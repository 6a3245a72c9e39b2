import { connect, createServer, type Socket } from 'node:net'

/** One address behind which servers change, as behind a service name. */
export interface Switch {
  readonly port: number
  /** From now on connections lead to that port of this machine; those that are open break. */
  turnTo(port: number): void
  stop(): Promise<void>
}

export async function openSwitch(firstPort: number): Promise<Switch> {
  let target = firstPort
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const behind = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      // The end of one is the end of the other, whatever the reason.
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the switch has no port')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    turnTo(port) {
      target = port
      cut()
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      cut()
      await closed
    },
  }
}
