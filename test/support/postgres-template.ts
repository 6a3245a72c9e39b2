import { chownSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Glob } from 'bun'
import { missing } from './program'

/** A user to run as. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** The newest installed PostgreSQL's programs, which Debian keeps off the PATH. */
export function binFolder(): string {
  const found = [...new Glob('*/bin/initdb').scanSync({ cwd: '/usr/lib/postgresql', onlyFiles: false, throwErrorOnBrokenSymlink: false })]
  const newest = found.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1)
  if (newest !== undefined) return `/usr/lib/postgresql/${newest.slice(0, -'/initdb'.length)}`
  const onPath = Bun.which('initdb')
  if (onPath === null) throw missing('PostgreSQL', 'postgresql')
  return onPath.slice(0, -'/initdb'.length)
}

/** Who owns the data: this user, or `postgres` where this user is root, whom PostgreSQL refuses. */
export function owner(): Owner {
  const { uid, gid } = userInfo()
  if (uid !== 0) return { uid, gid }
  const entry = Bun.spawnSync(['getent', 'passwd', 'postgres']).stdout.toString().split(':')
  const [postgresUid, postgresGid] = [Number(entry[2]), Number(entry[3])]
  if (!postgresUid || !postgresGid) throw missing('the user postgres', 'postgresql')
  return { uid: postgresUid, gid: postgresGid }
}

/** The command, run as that user, and ended by the kernel when this process is. */
export function as({ uid, gid }: Owner, command: readonly string[]): readonly string[] {
  if (userInfo().uid === uid) return command
  return ['setpriv', '--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', '--pdeathsig', 'KILL', '--', ...command]
}

/** A folder with an empty database cluster, to be copied. Made once per machine and version: `initdb` takes seconds. */
export async function postgresTemplate(): Promise<string> {
  const bin = binFolder()
  const user = owner()
  const version = bin.replaceAll(/\D/g, '')
  const template = join(tmpdir(), `matinee-test-postgres-${version}-${user.uid}`)
  if (existsSync(template)) return template
  // Test processes beside each other may all build one: the first to rename wins.
  const building = mkdtempSync(`${template}-`)
  chownSync(building, user.uid, user.gid)
  const initdb = as(user, [`${bin}/initdb`, '-D', `${building}/data`, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'])
  const run = Bun.spawnSync([...initdb], { cwd: building })
  if (!run.success) throw new Error(`initdb failed: ${run.stderr}`)
  try {
    renameSync(`${building}/data`, template)
  } catch (error) {
    if (!existsSync(template)) throw error
  }
  rmSync(building, { recursive: true, force: true })
  return template
}
