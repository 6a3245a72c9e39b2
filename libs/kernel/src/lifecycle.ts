import type { Log } from './log'

/** Something that was started and can be stopped. Stopping twice is once. */
export interface Running {
  stop(): Promise<void>
}

/**
 * Holds what was started, and stops it last first: what depends goes before
 * what it depends on. A part that fails to stop is logged and does not keep
 * the others from stopping.
 */
export function createLifecycle(log: Log) {
  const parts: { readonly name: string; readonly stop: () => Promise<void> | void }[] = []
  let stopping: Promise<void> | undefined
  return {
    onStop(name: string, stop: () => Promise<void> | void): void {
      parts.push({ name, stop })
    },
    /** Runs `work` every `periodMs`, one at a time. What fails is logged, and tried again next time; stopping waits for what is under way. */
    every(name: string, periodMs: number, work: () => Promise<void>): void {
      let underWay: Promise<void> | undefined
      const timer = setInterval(() => {
        underWay ??= work()
          .catch((error: unknown) => log.warn('what is done again and again failed this time', { part: name, error }))
          .finally(() => {
            underWay = undefined
          })
      }, periodMs)
      parts.push({
        name,
        stop: () => {
          clearInterval(timer)
          return underWay
        },
      })
    },
    stop(): Promise<void> {
      stopping ??= (async () => {
        for (const part of parts.reverse()) {
          try {
            await part.stop()
          } catch (error) {
            log.error('a part did not stop cleanly', { part: part.name, error })
          }
        }
      })()
      return stopping
    },
  }
}
export type Lifecycle = ReturnType<typeof createLifecycle>

/** Starts parts that belong together, and resolves to what `start` makes of them. When it fails, what had started by then is stopped again. */
export async function startTogether<T>(log: Log, start: (lifecycle: Lifecycle) => Promise<T>): Promise<T> {
  const lifecycle = createLifecycle(log)
  try {
    return await start(lifecycle)
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

/**
 * Runs a program until SIGTERM or SIGINT, then stops it and exits 0; exits 1 when
 * stopping takes longer than `stopWithinMs`. Further signals change nothing. A start that fails is logged and exits 1.
 */
export async function runUntilSignal(
  start: () => Promise<Running>,
  { log, stopWithinMs }: { log: Log; stopWithinMs: number },
): Promise<void> {
  // Heard from the first moment on: a signal during the start must stop what has been started.
  const signalled = new Promise<string>((resolve) => {
    // Not `once`: a terminal and the program that started this one may both pass on a Ctrl-C, and the second would kill.
    process.on('SIGTERM', () => resolve('SIGTERM'))
    process.on('SIGINT', () => resolve('SIGINT'))
  })
  // From the signal on, even when the start is still waiting for something that never comes.
  const stopping = signalled.then((signal) => {
    log.info('stopping', { signal })
    setTimeout(() => {
      log.error('stopping took too long', { stop_within_ms: stopWithinMs })
      process.exit(1)
    }, stopWithinMs).unref()
  })
  try {
    const running = await start()
    await stopping
    await running.stop()
    log.info('stopped')
    process.exit(0)
  } catch (error) {
    log.error('could not start', { error })
    process.exit(1)
  }
}
