import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Glob, which } from 'bun'

interface TestProgram {
  readonly debianPackage: string
  readonly isThere: () => boolean
}

/** What the tests start privately; none of it runs as a service of the machine. */
const programs: readonly TestProgram[] = [
  { debianPackage: 'redis-server', isThere: () => isOnPath('redis-server') },
  { debianPackage: 'nats-server', isThere: () => isOnPath('nats-server') },
  { debianPackage: 'chromium', isThere: () => isOnPath('chromium') },
  // Debian keeps PostgreSQL's own programs off the PATH.
  { debianPackage: 'postgresql', isThere: () => isOnPath('initdb') || debianPostgres().length > 0 },
]

/**
 * Makes sure the servers that tests start are installed: what is missing comes from apt where this user may install.
 * Returns false, having said what to install, when something stays missing.
 */
export function ensureTestServers(say: (text: string) => void): boolean {
  const missing = missingPackages()
  if (missing.length === 0) return true
  if (process.getuid?.() === 0 && which('apt-get') !== null) {
    say(`Installing ${missing.join(', ')} …`)
    withoutStarting(() => {
      apt(['update'])
      apt(['install', '--yes', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold', ...missing])
    })
  }
  const stillMissing = missingPackages()
  if (stillMissing.length === 0) return true
  say(
    `The tests need programs that are not installed. Install them, then run the tests again:\n\n  apt-get install ${stillMissing.join(' ')}\n`,
  )
  return false
}

const missingPackages = () => programs.filter(({ isThere }) => !isThere()).map(({ debianPackage }) => debianPackage)

function isOnPath(program: string): boolean {
  const { PATH = '' } = process.env
  return which(program, { PATH: `${PATH}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin` }) !== null
}

function debianPostgres(): string[] {
  const folder = '/usr/lib/postgresql'
  return existsSync(folder) ? [...new Glob('*/bin/initdb').scanSync({ cwd: folder, onlyFiles: false })] : []
}

function apt(args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const run = Bun.spawnSync(['apt-get', '-qq', ...args], { env, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' })
  if (!run.success) process.stderr.write(run.stderr)
}

/** Debian's packages start their services, and PostgreSQL's makes a database cluster. These files tell them not to. */
const restraints = {
  '/usr/sbin/policy-rc.d': '#!/bin/sh\nexit 101\n',
  '/etc/postgresql-common/createcluster.conf': 'create_main_cluster = false\n',
} as const

/** Where this machine has such a file already, that one stands. */
function withoutStarting(install: () => void): void {
  const ours = Object.entries(restraints).filter(([path]) => !existsSync(path))
  try {
    for (const [path, text] of ours) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { mode: 0o755 })
    }
    install()
  } finally {
    for (const [path] of ours) rmSync(path, { force: true })
  }
}
