import { join } from 'node:path'
import { firstLine } from '../../support/first-line'
import { startServer } from '../../support/server'
import { tempFolder } from '../../support/temp-folder'
import type { System } from './system'

/** What the machine can do: one Bun process, `server.publish`, JSON parsed and written again. */
export async function startBareBun(): Promise<System> {
  const server = await startServer({
    name: 'bare Bun',
    folder: tempFolder('bare-bun'),
    url: (port) => `ws://127.0.0.1:${port}`,
    command: (port) => [process.execPath, join(import.meta.dir, '..', 'peers', 'bare-bun.ts'), `${port}`],
    answers: async (port) => void (await firstLine(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')),
  })
  return {
    name: 'bare Bun',
    processes: [{ name: 'bare Bun', pid: server.pid }],
    seats: async ({ rooms, membersPerRoom }) =>
      Array.from({ length: rooms * membersPerRoom }, (_, place) => {
        const room = Math.floor(place / membersPerRoom)
        return { port: server.port, path: `/ws/room/room${room}/`, protocols: '', room }
      }),
    stop: () => server.stop(),
  }
}
