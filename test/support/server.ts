import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port'
import { dieWithUs, freezeTree, pidsOf, signal } from './processes'
import { until } from './until'

/** A real server of a test's own, on a loopback port, with data of its own. */
export interface TestServer {
  readonly url: string
  readonly port: number
  /** The process that runs now. */
  readonly pid: number
  /** Ends it in good order. Its data stays until the test process ends, for `start`. */
  stop(): Promise<void>
  /** Ends it as a power cut would: SIGKILL. */
  kill(): Promise<void>
  /** Ends it as `kill` does, and with everything it has stored: `start` begins with nothing. Not for a server that cannot. */
  wipe(): Promise<void>
  /** Starts it again on the same port and data; resolves when it answers. */
  start(): Promise<void>
  /** Freezes it: connections stay open, and from then on nothing answers. */
  suspend(): void
  resume(): void
}

export interface ServerSpec {
  readonly name: string
  readonly folder: string
  readonly url: (port: number) => string
  readonly command: (port: number) => readonly string[]
  /** Resolves when the server answers; rejects while it does not. */
  readonly answers: (port: number) => Promise<void>
  readonly stopSignal?: NodeJS.Signals
}

const startWithinMs = 20_000
const stopWithinMs = 10_000
const portTries = 5

/** Starts the server on a free port and waits until it answers. It dies with this process, however this process ends. */
export async function startServer(spec: ServerSpec): Promise<TestServer> {
  for (let left = portTries - 1; ; left--) {
    const port = freePort()
    try {
      return serverAt(port, await launch(spec, port), spec)
    } catch (error) {
      // Between finding the port and binding it, somebody else may have taken it.
      if (left === 0 || !isPortTaken(spec)) throw error
    }
  }
}

function serverAt(port: number, first: Bun.Subprocess, spec: ServerSpec): TestServer {
  let child = first
  const end = async (how: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const pids = pidsOf(child.pid)
    // A frozen process hears no signal but SIGKILL.
    signal(pids, 'SIGCONT')
    // Backends of a killed server would linger and keep its data locked.
    signal(how === 'SIGKILL' ? pids : [child.pid], how)
    const tooLate = setTimeout(() => signal(pids, 'SIGKILL'), stopWithinMs)
    await child.exited
    clearTimeout(tooLate)
  }
  return {
    url: spec.url(port),
    port,
    get pid() {
      return child.pid
    },
    stop: () => end(spec.stopSignal ?? 'SIGTERM'),
    kill: () => end('SIGKILL'),
    async wipe() {
      await end('SIGKILL')
      for (const name of readdirSync(spec.folder)) rmSync(join(spec.folder, name), { recursive: true })
    },
    async start() {
      if (child.exitCode !== null || child.signalCode !== null) child = await launch(spec, port)
    },
    suspend: () => freezeTree(child.pid),
    resume: () => signal(pidsOf(child.pid), 'SIGCONT'),
  }
}

/** Starts the process; again when it ends early, because after a kill its predecessor may still hold the data for a moment. */
async function launch(spec: ServerSpec, port: number): Promise<Bun.Subprocess> {
  let child = spawn(spec, port)
  try {
    await until(
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) {
          if (isPortTaken(spec)) throw new Error('the port is taken')
          child = spawn(spec, port)
        }
        await spec.answers(port)
        return child.exitCode === null
      },
      { withinMs: startWithinMs, everyMs: 25 },
    )
    return child
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${spec.name} did not start: ${logTail(spec)}`, { cause: error })
  }
}

function spawn(spec: ServerSpec, port: number): Bun.Subprocess {
  const log = openSync(logPath(spec), 'a')
  const child = Bun.spawn([...dieWithUs.wrap(spec.command(port))], { stdin: 'ignore', stdout: log, stderr: log, cwd: spec.folder })
  closeSync(log)
  dieWithUs.watch(child)
  return child
}

const logPath = (spec: ServerSpec) => `${spec.folder}/server.log`
const logTail = (spec: ServerSpec) => readFileSync(logPath(spec), 'utf8').split('\n').slice(-12).join('\n')
const isPortTaken = (spec: ServerSpec) => /address already in use/i.test(logTail(spec))
