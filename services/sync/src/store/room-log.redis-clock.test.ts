import { describe, expect, test } from 'bun:test'
import { createRedisStage, node } from './contract/redis-stage'

describe("Redis' own clock", () => {
  const { setup } = createRedisStage()

  test('[G13] set back by minutes, it keeps no dead node alive for longer than a lease', async () => {
    const { log, raw } = await setup()
    await log.beat(node, 10_000)
    // What a lease looks like that was given before the clock was set back.
    await raw.zadd('matinee:nodes', Date.now() + 5 * 60_000, 'dead')

    const { liveNodes } = await log.beat(node, 10_000)

    expect(liveNodes).toContain('dead')
    const untilMs = Number(await raw.zscore('matinee:nodes', 'dead'))
    expect(untilMs).toBe(Number(await raw.zscore('matinee:nodes', node)))
  })
})
