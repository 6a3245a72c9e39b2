import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Glob } from 'bun'
import { countTests, type TestCounts } from './junit'
import { ensureTestServers } from './test-servers'

/** A run of `bun test` over files of its own. */
interface Group {
  readonly title: string
  readonly takes: (file: string) => boolean
  /** Its share of the quarter of an hour that all may take. One that takes more than twice as long, on a slow machine, and what those before it have spared, is ended. */
  readonly shareMs: number
}

const minuteMs = 60_000
/** A test that hangs is ended after this; one that is only slow, on a busy machine, is not. Tests that know better say so. */
const patienceMs = 30_000
const journeys = 'test/journeys/'
const faults = 'test/faults/'
const browsers = ['test/browser/', 'test/drift/']
const clusters = ['services/sync/src/store/room-log.redis-cluster.test.ts', 'test/faults/cluster.test.ts']

// Journeys, browsers and faults start many processes and look at the clock, so nothing runs beside them.
const groups: readonly Group[] = [
  { title: 'Architecture', takes: (file) => file === 'test/architecture.test.ts', shareMs: minuteMs / 2 },
  {
    title: 'Unit, contract and component tests',
    takes: (file) => !/^test\/(architecture|browser|drift|journeys|faults)\b/.test(file) && !clusters.includes(file),
    shareMs: 2 * minuteMs,
  },
  { title: 'Journeys', takes: (file) => file.startsWith(journeys), shareMs: 4 * minuteMs },
  { title: 'In a browser', takes: (file) => browsers.some((folder) => file.startsWith(folder)), shareMs: 2 * minuteMs },
  { title: 'Faults', takes: (file) => file.startsWith(faults) && !clusters.includes(file), shareMs: 4 * minuteMs },
  { title: 'Redis Cluster', takes: (file) => clusters.includes(file), shareMs: minuteMs },
]

const say = (text: string) => process.stdout.write(`${text}\n`)
const root = join(import.meta.dir, '..')
const startedMs = performance.now()
const times: string[] = []
/** What is left of the shares of those that have run. */
let sparedMs = 0
let running: Bun.Subprocess | undefined
let interrupted: NodeJS.Signals | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = signal
    running?.kill(signal)
  })
}

if (!ensureTestServers(say)) process.exit(1)
const counts = [
  await check('Biome', ['biome', 'check', '.']),
  await check('TypeScript', ['tsc', '--noEmit']),
  // What runs in browsers has their types, which nothing else is to see.
  await check('TypeScript: the page', ['tsc', '--noEmit', '-p', 'web']),
  await check('TypeScript: the tests in a browser', ['tsc', '--noEmit', '-p', 'test/browser']),
]
for (const group of groups) counts.push(await runGroup(group))

const passed = counts.reduce((sum, count) => sum + count.passed, 0)
const failed = counts.reduce((sum, count) => sum + count.failed, 0)
say(`\n${times.join('\n')}\nTook ${secondsSince(startedMs)} s.`)
say(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

/** Runs a checker of the repository; it counts as one test. */
async function check(title: string, [program = '', ...args]: readonly string[]): Promise<TestCounts> {
  const ok = (await run(title, [join('node_modules', '.bin', program), ...args], { shareMs: minuteMs })) === 0
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
}

async function runGroup({ title, takes, shareMs }: Group): Promise<TestCounts> {
  const files = testFiles().filter(takes)
  if (files.length === 0) return { passed: 0, failed: 0 }
  const folder = mkdtempSync(join(tmpdir(), 'matinee-report-'))
  const report = join(folder, 'junit.xml')
  try {
    // Journeys run beside each other: so many that leases of a tenth do not run out on two busy cores.
    const options = [
      `--timeout=${patienceMs}`,
      '--max-concurrency=8',
      '--only-failures',
      '--reporter=junit',
      `--reporter-outfile=${report}`,
    ]
    const code = await run(title, ['test', ...options, ...files.map((file) => `./${file}`)], { shareMs })
    const written = Bun.file(report)
    const { passed, failed, silentFiles } = countTests((await written.exists()) ? await written.text() : '', files)
    for (const file of silentFiles) say(`(fail) ${file}: no test of it ran to its end`)
    // Such as an error between tests: no test's own, but the run is not sound.
    const unsound = code !== 0 && failed === 0 ? 1 : 0
    if (unsound) say(`(fail) the run ended with ${code}`)
    say(`${title}: ${passed} passed, ${failed + unsound} failed`)
    return { passed, failed: failed + unsound }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function secondsSince(beganMs: number): string {
  return ((performance.now() - beganMs) / 1000).toFixed(0)
}

function testFiles(): string[] {
  const found = [...new Glob('**/*.test.{ts,tsx}').scanSync(root)]
  return found.filter((file) => !/(^|\/)(node_modules|data)\//.test(file)).sort()
}

/** Runs a script with this Bun and gives its exit code; one that takes more than twice its share, and what is spared, is ended, and has failed. */
async function run(title: string, args: readonly string[], { shareMs }: { readonly shareMs: number }): Promise<number> {
  say(`\n── ${title}`)
  const env = { ...process.env, CI: 'true' } // Refuses test.only, and writes no snapshots.
  const child = Bun.spawn([process.execPath, ...args], { cwd: root, env, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' })
  running = child
  const beganMs = performance.now()
  const limitMs = 2 * shareMs + sparedMs
  const tooLate = setTimeout(() => {
    say(`(fail) ${title} took more than ${(limitMs / 1000).toFixed(0)} s`)
    child.kill('SIGKILL')
  }, limitMs)
  const code = await child.exited
  clearTimeout(tooLate)
  sparedMs = Math.max(0, sparedMs + shareMs - (performance.now() - beganMs))
  times.push(`${secondsSince(beganMs).padStart(5)} s of ${shareMs / 1000} s  ${title}`)
  if (interrupted) process.exit(128 + constants.signals[interrupted])
  return code
}
