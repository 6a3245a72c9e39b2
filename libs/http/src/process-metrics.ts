import { readdir } from 'node:fs/promises'
import type { Metrics } from './metrics'

/** Memory, CPU, open files, event-loop lag: each read when asked for, under Prometheus' usual names. */
export function addProcessMetrics(metrics: Metrics, memoryUsage: () => NodeJS.MemoryUsage = () => process.memoryUsage()): void {
  metrics.gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    // Throws at the limit of open files: the metric is then left out.
    collect() {
      this.set(memoryUsage().rss)
    },
  })
  metrics.gauge({
    name: 'process_heap_bytes',
    help: 'Heap in use.',
    collect() {
      this.set(memoryUsage().heapUsed)
    },
  })
  metrics.gauge({
    name: 'process_cpu_seconds_total',
    help: 'CPU time, user and system.',
    collect() {
      const { user, system } = process.cpuUsage()
      this.set((user + system) / 1e6)
    },
  })
  metrics.gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, Unix seconds.',
    collect() {
      this.set(performance.timeOrigin / 1000)
    },
  })
  metrics.gauge({
    name: 'process_open_fds',
    help: 'Open file descriptors.',
    async collect() {
      this.set((await readdir('/proc/self/fd')).length)
    },
  })
  metrics.gauge({
    name: 'process_eventloop_lag_seconds',
    help: 'How long a callback waits for its turn, at this instant.',
    async collect() {
      const askedAtMs = performance.now()
      await new Promise((resolve) => setImmediate(resolve))
      this.set((performance.now() - askedAtMs) / 1000)
    },
  })
}
