import { expect, test } from 'bun:test'
import { createMetrics } from './metrics'

test('the process is measured under the usual names', async () => {
  const text = await createMetrics({ service: 'cinema' }).text()

  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'process_open_fds', 'process_eventloop_lag_seconds']) {
    expect(text).toMatch(new RegExp(`^${name}\\{service="cinema"\\} [0-9.e-]+$`, 'm'))
  }
})

test('a memory reading that throws takes no other metric with it', async () => {
  const metrics = createMetrics({
    service: 'cinema',
    memoryUsage() {
      throw new Error('too many open files')
    },
  })
  metrics.counter({ name: 'seats_total', help: 'Seats.' }).inc(3)

  const text = await metrics.text()

  expect(text).toContain('seats_total{service="cinema"} 3')
  expect(text).toContain('process_cpu_seconds_total')
  expect(text).not.toContain('process_resident_memory_bytes{')
})

test('the same name is the same instrument; another kind under it is a mistake', async () => {
  const metrics = createMetrics({ service: 'cinema' })

  metrics.counter({ name: 'seats_total', help: 'Seats.', labelNames: ['row'] }).inc({ row: 'a' })
  metrics.counter({ name: 'seats_total', help: 'Seats.', labelNames: ['row'] }).inc({ row: 'a' })

  expect(await metrics.text()).toContain('seats_total{row="a",service="cinema"} 2')
  expect(() => metrics.gauge({ name: 'seats_total', help: 'Seats.' })).toThrow('exists already')
})

test('two services in one process keep their numbers apart', async () => {
  const [one, other] = [createMetrics({ service: 'one' }), createMetrics({ service: 'other' })]

  one.counter({ name: 'seats_total', help: 'Seats.' }).inc()

  expect(await other.text()).not.toContain('seats_total')
})
