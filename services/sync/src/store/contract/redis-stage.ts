import { afterEach } from 'bun:test'
import { type Log, silentLog } from '@matinee/kernel'
import { type RedisOptions, startRedis, type TestServer, until } from '@matinee/test/support'
import { Redis } from 'ioredis'
import type { OpenRoom, RoomLog } from '../../ports'
import { openRedisRoomLog } from '../room-log.redis'
import { ana, ben, chat, createInbox, known, person, roomRow } from './stage'

/** A busy machine answers sooner; what is frozen is noticed in twice that. */
export const commandTimeoutMs = 1_000
export const code = 'CINEMA00'
export const node = 'north'

/** A Redis of the test's own, which it may hurt, and a node that serves a room on it. */
export function createRedisStage() {
  const parts: { stop(): Promise<void> }[] = []
  afterEach(async () => {
    for (const part of parts.splice(0).reverse()) await part.stop()
  })

  async function setup(options: RedisOptions = {}) {
    const server = await startRedis(options)
    parts.push(server)
    const log = openNode(server, node)
    const changes: boolean[] = []
    log.onConnected((connected) => changes.push(connected))
    await until(() => log.connected())
    const raw = new Redis(server.url)
    // A test that kills the server is not told again that it is gone.
    raw.on('error', () => {})
    parts.push({ stop: async () => raw.disconnect() })
    const participants = [
      person(code, { user_id: ana, display_name: 'Ana', role: 'host' }),
      person(code, { user_id: ben, display_name: 'Ben' }),
    ]
    const seed = { room: roomRow({ room_code: code }), participants, epoch: 'first', rowsTo: 1 }
    const heard = createInbox()
    const serve = (fields: Partial<OpenRoom> = {}) =>
      log.open(code, { node, liveNodes: [node, 'south'], listener: heard.listener, ...fields })
    await serve({ seed })
    return {
      server,
      log,
      raw,
      changes,
      seed,
      heard,
      serve,
      known,
      say: (text: string, fields = {}) => log.append(code, chat({ epoch: 'first', node, text, ...fields })),
    }
  }

  const openNode = (server: TestServer, name: string, log: Log = silentLog): RoomLog => openNodeAt(server.url, name, log)

  function openNodeAt(url: string, name: string, log: Log = silentLog): RoomLog {
    const roomLog = openRedisRoomLog({ urls: [url], node: name, log, commandTimeoutMs })
    parts.push(roomLog)
    return roomLog
  }

  return { setup, openNode, openNodeAt, use: (part: { stop(): Promise<void> }) => void parts.push(part) }
}
