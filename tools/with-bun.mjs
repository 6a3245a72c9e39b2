// Runs one of the repository's scripts with the Bun that package.json names, and installs the dependencies first.
//
//     node tools/with-bun.mjs <script> [arguments]
//
// It needs Node 20 or Bun, whichever there is, and brings the rest. So it is plain JavaScript without a dependency.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager.replace('bun@', '')
/** Where the Bun was that npx brought last time: npx takes a second to say so again. */
const notePath = join(root, 'node_modules', '.bun-path')
const onWindows = process.platform === 'win32'

const [script, ...args] = process.argv.slice(2)
if (script === undefined) fail('Say which script to run: node tools/with-bun.mjs <script> [arguments]')

const bun = findBun()
installDependencies(bun)
run(bun, [join(root, script), ...args])

/** The path of a Bun of the pinned version: this process itself, the one on the PATH, or the one npx brings. */
function findBun() {
  const noted = existsSync(notePath) ? readFileSync(notePath, 'utf8') : undefined
  for (const candidate of [process.versions.bun && process.execPath, 'bun', noted]) {
    const path = candidate && pathOfBun(candidate)
    if (path) return path
  }
  say(`Bringing Bun ${pinned} …`)
  const path = pathOfBun(onWindows ? 'npx.cmd' : 'npx', ['--yes', `bun@${pinned}`])
  return path ?? fail(`Bun ${pinned} could not be had through npx. Install it by hand (https://bun.sh) and try again.`)
}

/**
 * Where the program that the command starts really is, or undefined when that is no Bun of the pinned version. The
 * program itself is what to start: a wrapper around it would stand between it and its signals.
 */
function pathOfBun(command, before = []) {
  const code = 'console.log(JSON.stringify([process.versions.bun, process.execPath]))'
  const asked = spawnSync(command, [...before, '-e', code], { cwd: root, encoding: 'utf8', shell: onWindows && before.length > 0 })
  try {
    const [version, path] = JSON.parse(asked.stdout.trim().split('\n').at(-1))
    return version === pinned ? path : undefined
  } catch {
    if (before.length > 0) process.stderr.write(asked.stderr ?? `${asked.error?.message}\n`)
    return undefined
  }
}

/** Makes node_modules what the lock file says. When it is already, that takes milliseconds and no network. */
function installDependencies(program) {
  if (!existsSync(join(root, 'node_modules'))) say('Installing dependencies …')
  const installed = spawnSync(program, ['install', '--frozen-lockfile'], { cwd: root, encoding: 'utf8' })
  if (installed.status !== 0) {
    say(`${installed.stdout ?? ''}${installed.stderr ?? ''}`)
    fail('The dependencies could not be installed; the reason is above.')
  }
  writeFileSync(notePath, program)
}

function run(program, argv) {
  const child = spawn(program, argv, { cwd: root, stdio: 'inherit' })
  // A terminal signals the whole group and `kill` this process alone; nobody can tell which it was. So a signal is
  // always passed on, and what runs here takes a second one as the first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  stopWithNpm(child)
  child.on('error', (error) => fail(`${program} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

/** npm that is killed tells nobody; what it started would go on and hold its port and its data. */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const npm = onWindows ? parent : npmBehind(parent)
  setInterval(() => (process.ppid === parent && isAlive(npm)) || child.kill('SIGTERM'), 250).unref()
}

/** npm starts scripts through a shell: some shells stay in between, others give way to what they start. */
function npmBehind(parent) {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(parent)], { encoding: 'utf8' })
  const [grandparent, name] = (stdout ?? '').trim().split(/\s+/)
  return /(^|\/)\w*sh$/.test(name ?? '') ? Number(grandparent) : parent
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(1)
}
