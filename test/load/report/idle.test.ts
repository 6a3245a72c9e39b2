import { expect, test } from 'bun:test'
import { floor } from '../systems/catalogue'
import { idleFigures } from './idle'

test('memory per client is that of all own processes beside the floor, and Redis is told apart', () => {
  const figures = idleFigures(
    new Map([
      [floor, { clients: 10, processes: [{ name: 'bun', pid: 1 }], grownBytes: { bun: 1_000 }, cpuUs: { bun: 0 }, windowMs: 1_000 }],
      [
        'matinee',
        {
          clients: 10,
          processes: [
            { name: 'gateway', pid: 2 },
            { name: 'sync', pid: 3 },
            { name: 'redis', pid: 4, isServer: true },
          ],
          grownBytes: { gateway: 1_500, sync: 500, redis: 4_000 },
          cpuUs: { gateway: 100, sync: 100, redis: 0 },
          windowMs: 2_000,
        },
      ],
    ]),
  )

  expect(figures.get('matinee')).toMatchObject({
    memory_bytes_per_client: 200,
    ratio_to_bare_bun: 2,
    memory_bytes_per_client_with_servers: 600,
    memory_ratio_by_process: { gateway: 1.5, sync: 0.5, redis: 4 },
    cpu_us_per_client_s: 10,
  })
})
