import { expect, test } from 'bun:test'
import { createMetrics } from '@matinee/http'
import { ana, ben, createStage } from './stage.fixture'

test('clients and rooms are counted when somebody asks, without a look at everything', async () => {
  const metrics = createMetrics({ service: 'sync' })
  const { enter } = await createStage({ metrics }).node()
  const counted = async () => {
    const text = await metrics.text()
    return ['sync_sessions', 'sync_rooms'].map((name) => Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(text)?.[1]))
  }
  expect(await counted()).toEqual([0, 0])

  const client = await enter(ana)
  await enter(ben)
  expect(await counted()).toEqual([2, 1])

  client.leaves(1000)
  expect(await counted()).toEqual([1, 1])
})
