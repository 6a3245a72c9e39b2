import { afterAll, beforeAll } from 'bun:test'
import { silentLog } from '@matinee/kernel'
import { startRedis, type TestServer } from '@matinee/test/support'
import { Redis } from 'ioredis'
import type { RoomLog } from '../ports'
import { ageOnRedis } from './contract/redis-ageing'
import { holdsRoomLog } from './room-log.contract'
import { openRedisRoomLog } from './room-log.redis'

/** No answer is late here, however long a busy machine takes for thousands of calls at once. */
const commandTimeoutMs = 5_000

let server: TestServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

holdsRoomLog('room log on Redis', async (bounds) => {
  const raw = new Redis(server.url)
  const logs: RoomLog[] = []
  return {
    async node(name) {
      const log = openRedisRoomLog({ urls: [server.url], node: name, log: silentLog, bounds, commandTimeoutMs })
      logs.push(log)
      await new Promise<void>((resolve) => log.onConnected((connected) => connected && resolve()))
      return log
    },
    age: (room, byMs) => ageOnRedis(raw, room, byMs),
    async stop() {
      raw.disconnect()
      await Promise.all(logs.map((log) => log.stop()))
    },
  }
})
