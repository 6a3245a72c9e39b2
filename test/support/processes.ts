import { readFileSync } from 'node:fs'

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
