/** Connects, sends `greeting` if there is one, and resolves with the first text that comes back. */
export function firstLine(port: number, greeting = ''): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const closed = () => reject(new Error('closed without an answer'))
  Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open(socket) {
        if (greeting !== '') socket.write(greeting)
      },
      data(socket, bytes) {
        resolve(bytes.toString())
        socket.end()
      },
      close: closed,
      error: (_, error) => reject(error),
      connectError: (_, error) => reject(error),
    },
  }).catch(reject)
  return promise
}
