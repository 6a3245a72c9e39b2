import { firstLine } from './first-line'
import { findProgram } from './program'
import { startServer, type TestServer } from './server'
import { tempFolder } from './temp-folder'

export interface RedisOptions {
  /** Whether what was written outlives a kill; by default nothing does. */
  readonly appendonly?: boolean
  /** More of redis-server's own options, such as `['--replicaof', '127.0.0.1 7000']`. */
  readonly more?: readonly string[]
}

/** Starts a Redis of the test's own. */
export function startRedis({ appendonly = false, more = [] }: RedisOptions = {}): Promise<TestServer> {
  const program = findProgram('redis-server', 'redis-server')
  const folder = tempFolder('redis')
  return startServer({
    name: 'redis-server',
    folder,
    url: (port) => `redis://127.0.0.1:${port}`,
    command: (port) => [
      program,
      ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--loglevel', 'warning'],
      ...['--appendonly', appendonly ? 'yes' : 'no'],
      ...more,
    ],
    async answers(port) {
      // While it loads its file it says -LOADING.
      const line = await firstLine(port, 'PING\r\n')
      if (!line.startsWith('+PONG')) throw new Error(line)
    },
  })
}
