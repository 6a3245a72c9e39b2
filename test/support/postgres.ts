import { chownSync } from 'node:fs'
import { SQL } from 'bun'
import { as, binFolder, owner, postgresTemplate } from './postgres-template'
import { startServer, type TestServer } from './server'
import { tempFolder } from './temp-folder'

export interface PostgresServer extends TestServer {
  /** Makes an empty database in this server and gives its address: tests beside each other do not meet. */
  createDatabase(name: string): Promise<string>
}

/** Starts a PostgreSQL of the test's own. What was committed outlives `stop` and `kill`. */
export async function startPostgres(): Promise<PostgresServer> {
  const template = await postgresTemplate()
  const folder = tempFolder('postgres')
  const data = `${folder}/data`
  const { uid, gid } = owner()
  chownSync(folder, uid, gid)
  await Bun.$`cp -a --reflink=auto ${template} ${data}`.quiet()
  const url = (port: number, database = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${database}`
  const server = await startServer({
    name: 'postgres',
    folder,
    url,
    command: (port) => as(owner(), [`${binFolder()}/postgres`, '-D', data, '-p', `${port}`, ...settings]),
    answers: async (port) => {
      await using client = new SQL({ url: url(port), database: 'postgres', max: 1, connectionTimeout: 1 })
      await client`select 1`
    },
    // A fast shutdown: open connections are ended, not waited for.
    stopSignal: 'SIGINT',
  })
  return Object.defineProperties(
    {
      async createDatabase(name: string) {
        if (!/^[a-z][a-z0-9_]{0,50}$/.test(name)) throw new Error(`not a database name: ${name}`)
        await using client = new SQL({ url: server.url, database: 'postgres', max: 1 })
        await client.unsafe(`create database ${name}`)
        return url(server.port, name)
      },
    },
    Object.getOwnPropertyDescriptors(server),
    // `pid` is a getter, which a spread would freeze.
  ) as PostgresServer
}

// Commits need not outlive the machine, only the process: the kernel keeps what was written.
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'full_page_writes=off',
  'max_connections=200',
  'shared_buffers=32MB',
].flatMap((setting) => ['-c', setting])
