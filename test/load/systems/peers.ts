import { join } from 'node:path'
import { startRedis } from '../../support'
import { firstLine } from '../../support/first-line'
import { findProgram } from '../../support/program'
import { startServer, type TestServer } from '../../support/server'
import { tempFolder } from '../../support/temp-folder'
import type { DialectName } from '../generator/dialects'
import type { Crowd } from '../shapes'
import { imageSettings, settingsOf } from './image'
import type { Seat, System } from './system'

/** What the machine can do: one Bun process, `server.publish`, JSON parsed and written again. */
export async function startBareBun(name: string): Promise<System> {
  const server = await startPeer(name, (port) => ['env', ...settingsOf(imageSettings()), process.execPath, fileOf('bare-bun.ts'), port])
  return {
    name,
    processes: [{ name: 'bun', pid: server.pid }],
    seats: async (crowd) => seatsOf(crowd, server.port, 'bare', (room) => `/ws/room/room${room}/`),
    stop: () => server.stop(),
  }
}

/** Node, `ws` and a Redis channel for each room. */
export const startWsRedis = (name: string) => startOnRedis(name, 'ws-redis.mjs', 'bare', (room) => `/ws/room/room${room}/`)

/** Node, Socket.IO and its Redis adapter. */
export const startSocketIo = (name: string) =>
  startOnRedis(name, 'socket-io.mjs', 'socket.io', (room) => `/socket.io/?EIO=4&transport=websocket&room=room${room}`)

async function startOnRedis(name: string, file: string, dialect: DialectName, pathOf: (room: number) => string): Promise<System> {
  const redis = await startRedis()
  const server = await startPeer(name, (port) => [findProgram('node', 'nodejs'), fileOf(file), port, redis.url])
  return {
    name,
    processes: [
      { name: 'node', pid: server.pid },
      { name: 'redis', pid: redis.pid, isServer: true },
    ],
    seats: async (crowd) => seatsOf(crowd, server.port, dialect, pathOf),
    async stop() {
      await server.stop()
      await redis.stop()
    },
  }
}

const fileOf = (file: string) => join(import.meta.dir, '..', 'peers', file)

const startPeer = (name: string, command: (port: string) => readonly string[]): Promise<TestServer> =>
  startServer({
    name,
    folder: tempFolder('peer'),
    url: (port) => `ws://127.0.0.1:${port}`,
    command: (port) => command(`${port}`),
    answers: async (port) => void (await firstLine(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')),
  })

/** Rooms of these come into being with whoever enters first. */
const seatsOf = ({ rooms, membersPerRoom }: Crowd, port: number, dialect: DialectName, pathOf: (room: number) => string) =>
  Array.from({ length: rooms * membersPerRoom }, (_, place): Seat => {
    const room = Math.floor(place / membersPerRoom)
    return { port, path: pathOf(room), protocols: '', dialect, room }
  })
