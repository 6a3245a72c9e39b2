import { dieWithUs, freeze, pidsOf, signal } from './processes'
import { until } from './until'

/** A part of Matinee as a process of its own, as it runs in earnest. */
export interface AppProcess {
  readonly name: string
  /** What it has logged since its first start, oldest first. */
  readonly lines: readonly string[]
  /** Ends it as a power cut would: SIGKILL. */
  kill(): Promise<void>
  /** Asks it to go (SIGTERM), and resolves with how it went. */
  terminate(): Promise<{ readonly exitCode: number | null; readonly tookMs: number }>
  /** Freezes it: its connections stay open, and nothing answers. */
  suspend(): void
  resume(): void
  /** Starts it again, on the same ports, unless it runs; resolves when it is ready. */
  start(): Promise<void>
  /** Whether it runs and says that it is ready; a frozen one does not answer. */
  isReady(): Promise<boolean>
  /** What its metrics say now: the sum over all label values, or over those with `label`, such as `route="rooms"`. */
  metric(name: string, label?: string): Promise<number>
}

export interface AppSpec {
  readonly name: string
  /** Its `main.ts`, from the root of the repository. */
  readonly main: string
  readonly environment: Readonly<Record<string, string>>
  /** Answer 200 when it is ready for traffic. */
  readonly readyUrls: readonly string[]
  readonly metricsUrl: string
}

const readyWithinMs = 30_000
const root = new URL('../..', import.meta.url).pathname

/** Starts the part and waits until it is ready. It dies with this process, however this process ends. */
export async function startApp(spec: AppSpec): Promise<AppProcess> {
  const lines: string[] = []
  let child: Bun.Subprocess | undefined

  const runs = () => child !== undefined && child.exitCode === null && child.signalCode === null
  const start = async () => {
    if (runs()) return
    const { PATH = '', HOME = '', TMPDIR = '' } = process.env
    const started = Bun.spawn([...dieWithUs.wrap([process.execPath, spec.main])], {
      cwd: root,
      env: { PATH, HOME, TMPDIR, ...spec.environment },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    child = started
    dieWithUs.watch(started)
    void collect(started.stdout, lines)
    void collect(started.stderr, lines)
    await becomeReady(started, spec, lines)
  }
  const end = async (how: NodeJS.Signals) => {
    if (!child || !runs()) return
    signal(how === 'SIGKILL' ? pidsOf(child.pid) : [child.pid], how)
    await child.exited
  }

  await start()
  return {
    name: spec.name,
    lines,
    kill: () => end('SIGKILL'),
    async terminate() {
      const askedMs = performance.now()
      await end('SIGTERM')
      return { exitCode: child?.exitCode ?? null, tookMs: performance.now() - askedMs }
    },
    suspend: () => child && freeze([child.pid]),
    resume: () => child && signal([child.pid], 'SIGCONT'),
    start,
    isReady: async () => runs() && (await Promise.all(spec.readyUrls.map(isReady)).catch(() => [false])).every(Boolean),
    async metric(name, label = '') {
      const lines = (await (await fetch(spec.metricsUrl)).text()).split('\n')
      const its = lines.filter((line) => line.startsWith(`${name} `) || (line.startsWith(`${name}{`) && line.includes(label)))
      return its.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
  }
}

/** What the metrics of all of these say now, added up. */
export async function sumOf(apps: readonly AppProcess[], name: string, label?: string): Promise<number> {
  const each = await Promise.all(apps.map((app) => app.metric(name, label)))
  return each.reduce((sum, one) => sum + one, 0)
}

async function becomeReady(child: Bun.Subprocess, { name, readyUrls }: AppSpec, lines: readonly string[]): Promise<void> {
  const ready = until(async () => (await Promise.all(readyUrls.map(isReady))).every(Boolean), { withinMs: readyWithinMs, everyMs: 25 })
  const ended = child.exited.then((exitCode) => Promise.reject(new Error(`exited with ${exitCode}`)))
  // Whichever comes second is nobody's business.
  ended.catch(() => {})
  ready.catch(() => {})
  try {
    await Promise.race([ready, ended])
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${name} did not become ready:\n${lines.slice(-20).join('\n')}`, { cause: error })
  }
}

const isReady = async (url: string): Promise<boolean> => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok

async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>, lines: string[]): Promise<void> {
  let rest = ''
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  }
  if (rest !== '') lines.push(rest)
}
