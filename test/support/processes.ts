import { readdirSync, readFileSync } from 'node:fs'

/** The process and its children: PostgreSQL has one for each connection. */
export function pidsOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return [pid, ...children.split(' ').filter(Boolean).map(Number)]
  } catch {
    // Gone, or a system without /proc: the process alone.
    return [pid]
  }
}

/** Sends the signal to each; one that has gone by now is no error. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // It has ended.
    }
  }
}

/** How long the kernel may take to stop a process: it does so thread by thread, as each comes to be run. */
const stopWithinMs = 5_000

/** Stops the processes, and returns when each of their threads stands still; on a system without /proc, once they have been told. */
export function freeze(pids: readonly number[]): void {
  signal(pids, 'SIGSTOP')
  const deadlineMs = performance.now() + stopWithinMs
  while (pids.some(runs))
    if (performance.now() > deadlineMs) throw new Error(`not stopped after ${stopWithinMs} ms: ${pids.filter(runs).join()}`)
}

/** Stops the process and its children: it before them, for while it runs it may have more. */
export function freezeTree(pid: number): void {
  freeze([pid])
  freeze(pidsOf(pid))
}

/** Whether any thread of the process does not stand still; one that has gone runs no more. */
function runs(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
      // The state follows the command's name, which may hold anything.
      return !'TtZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2))
    })
  } catch {
    return false
  }
}

const children = new Set<Bun.Subprocess>()
let watching = false
let janitor: Bun.Subprocess<'pipe'> | undefined

// Reads folders until its input ends, as it does when this process is gone, however it went; `bun test` runs no exit handlers.
const janitorScript = 'folders=$(cat); sleep 1; printf "%s\\n" "$folders" | while IFS= read -r folder; do rm -rf -- "$folder"; done'

/** Ties what a test started to the life of the test process. */
export const dieWithUs = {
  /** The command, such that the kernel ends it when this process is killed; where that is not to be had, as it was. */
  wrap(command: readonly string[]): readonly string[] {
    // On the command that already goes through it, one more would lose the effect.
    if (command[0] === 'setpriv' || Bun.which('setpriv') === null) return command
    return ['setpriv', '--pdeathsig', 'KILL', '--', ...command]
  },

  watch(child: Bun.Subprocess): void {
    watchExit()
    children.add(child)
    void child.exited.then(() => children.delete(child))
  },

  /** Removes the folder when this process ends. */
  remove(folder: string): void {
    if (!janitor) {
      // Detached, so that a Ctrl-C in the terminal is not for it.
      janitor = Bun.spawn(['sh', '-c', janitorScript], { stdin: 'pipe', stdout: 'ignore', stderr: 'ignore', detached: true })
      janitor.unref()
    }
    janitor.stdin.write(`${folder}\n`)
    void janitor.stdin.flush()
  },
}

function watchExit() {
  if (watching) return
  watching = true
  process.on('exit', () => {
    for (const child of children) signal(pidsOf(child.pid), 'SIGKILL')
  })
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
}
