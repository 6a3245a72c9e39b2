import { describe, expect, test } from 'bun:test'
import { createMetrics } from '@matinee/http'
import { maxInbox } from './context'
import { ana, ben, chat, code, createStage, dora, type StageOptions } from './stage.fixture'

/** A node, and what it has counted of what it refused. */
async function setup(options: StageOptions = {}) {
  const metrics = createMetrics({ service: 'sync' })
  const stage = createStage({ ...options, metrics })
  const staged = await stage.node()
  const counted = async () =>
    Object.fromEntries(
      [...(await metrics.text()).matchAll(/^sync_refusals_total\{.*code="(\w+)".*\} (\d+)$/gm)].map(([, reason, count]) => [
        reason,
        Number(count),
      ]),
    )
  return { stage, ...staged, counted }
}

describe('above its limits', () => {
  test('[G14] [CM7] commands that are too many are refused by their ids, counted, and the others take effect', async () => {
    const { enter, tap, counted } = await setup({ limits: { chat: undefined } })
    const client = await enter(ana)
    const held = tap.holdCalls('append')
    client.says({ type: 'PLAY', time: 0, id: 'first' })
    await held.reached

    for (let count = 0; count < maxInbox + 3; count++) client.says(chat('x', `m${count}`))
    held.release()
    for (let count = 0; count < maxInbox + 1; count++) await client.next('ACK')

    const refused = client.got.filter(({ type }) => type === 'ERROR')
    expect(refused).toMatchObject([0, 1, 2].map((more) => ({ code: 'rate_limited', id: `m${maxInbox + more}`, retryable: true })))
    expect(await counted()).toEqual({ rate_limited: 3 })
  })

  test('[G14] [CH3] chat that is too fast is refused and counted', async () => {
    const { enter, counted } = await setup()
    const client = await enter(ben)

    for (let count = 0; count < 12; count++) client.says(chat('x', `m${count}`))
    for (let count = 0; count < 10; count++) await client.next('ACK')

    expect(client.got.filter(({ type }) => type === 'ERROR')).toMatchObject([{ id: 'm10' }, { id: 'm11' }])
    expect(await counted()).toEqual({ rate_limited: 2 })
  })

  test('[G14] [CM6] bad frames are refused, counted, and end their socket with a code', async () => {
    const { enter, counted } = await setup()
    const client = await enter(ben)

    for (let count = 0; count < 20; count++) client.says('no frame')

    expect(await client.over()).toBe(4429)
    expect(await counted()).toEqual({ invalid_frame: 20, rate_limited: 1 })
  })

  test('[G14] [PR3] the sixth connection of a person costs the oldest, which is counted', async () => {
    const { enter, counted } = await setup()
    const oldest = await enter(ben)

    for (let count = 0; count < 5; count++) await enter(ben)

    expect(await oldest.over()).toBe(4409)
    expect(await counted()).toEqual({ replaced: 1 })
  })

  test('[G14] [CM9] what the log cannot take is refused, counted, and may be repeated', async () => {
    const { enter, tap, counted } = await setup()
    const client = await enter(ben)
    tap.refuse('append')

    client.says(chat('x', 'm1'))

    expect(await client.next('ERROR')).toMatchObject({ code: 'read_only', id: 'm1', retryable: true })
    expect(await counted()).toEqual({ read_only: 1 })
  })

  test('[G14] [EN2] [EN4] [EN6] everybody who is not let in is told why, and counted', async () => {
    const { open, stage, counted } = await setup()

    const strangers = [open(ana, { token: 'none' }), open(dora), open(ana, { room: 'NOWHERE9' })]
    for (const client of strangers) await client.over()
    stage.owner.setAway(true)
    const early = open(dora, { room: code })

    expect(await early.over()).toBe(1013)
    expect(await counted()).toEqual({ unauthenticated: 1, room_not_found: 2, unavailable: 1 })
  })
})
