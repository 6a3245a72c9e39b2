import { firstLine } from './first-line'
import { findProgram } from './program'
import { startServer, type TestServer } from './server'
import { tempFolder } from './temp-folder'

/** Starts a NATS server with JetStream of the test's own. What JetStream stored outlives `stop` and `kill`. */
export function startNats(): Promise<TestServer> {
  const program = findProgram('nats-server', 'nats-server')
  const folder = tempFolder('nats')
  return startServer({
    name: 'nats-server',
    folder,
    url: (port) => `nats://127.0.0.1:${port}`,
    command: (port) => [program, '--addr', '127.0.0.1', '--port', `${port}`, '--jetstream', '--store_dir', folder],
    async answers(port) {
      const line = await firstLine(port)
      if (!line.includes('"jetstream":true')) throw new Error(line)
    },
  })
}
