import { expect, test } from 'bun:test'
import { from, refusal, type Setup, setup } from './component.fixtures'

const limited = { status: 429, code: 'rate_limited' } as const

/** A private room of each kind, and somebody new who tries codes and passwords from an address. */
async function house(service: Setup) {
  const host = service.person('Ana')
  const make = async (wanted: object) => (await host.ask('POST', '/api/rooms/create/', wanted)).body
  const trier = (address: string) => {
    const { ask } = service.person('Eve')
    return (room_code: string, password?: string) =>
      ask('POST', '/api/rooms/join/', { room_code, ...(password === undefined ? {} : { password }) }, from(address))
  }
  return {
    open: await make({}),
    approval: await make({ is_private: true }),
    locked: await make({ is_private: true, entry_mode: 'PASSWORD' }),
    trier,
  }
}

test('[RM60] ten wrong codes a minute for one person; then right ones are refused too, and it says for how long', async () => {
  const service = await setup()
  const { approval, locked, trier } = await house(service)
  const join = trier('203.0.113.1')
  for (let i = 0; i < 10; i++) expect(refusal(await join('00000000'))).toEqual({ status: 404, code: 'room_not_found' })

  const answers = [await join('00000000'), await join(approval.room_code), await join(locked.room_code, locked.room_password)]

  expect(answers.map(refusal)).toEqual([limited, limited, limited])
  expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['6', '6', '6'])
  service.clock.advance(6_000)
  expect((await join(locked.room_code, locked.room_password)).status).toBe(200)
  await service.stop()
})

test('[RM60] ten wrong passwords a minute for one person, over all rooms', async () => {
  const service = await setup()
  const { locked, approval, trier } = await house(service)
  const join = trier('203.0.113.1')
  for (let i = 0; i < 10; i++) expect(refusal(await join(locked.room_code, `WRONG${i}`))).toEqual({ status: 403, code: 'wrong_password' })

  expect(refusal(await join(locked.room_code, locked.room_password))).toEqual(limited)
  expect(refusal(await join(locked.room_code))).toEqual(limited)
  expect(refusal(await join(approval.room_code))).toEqual(limited)
  await service.stop()
})

test('[RM60] thirty wrong codes a minute from one address, whoever tries; another address goes on', async () => {
  const service = await setup()
  const { approval, trier } = await house(service)
  for (let i = 0; i < 30; i++) await trier('203.0.113.1')('00000000')

  expect(refusal(await trier('203.0.113.1')(approval.room_code))).toEqual(limited)
  expect((await trier('203.0.113.2')(approval.room_code)).status).toBe(200)
  await service.stop()
})

test('[RM60] a crowd from one address with right secrets is not limited, all at once', async () => {
  const service = await setup()
  const { approval, locked, trier } = await house(service)

  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => trier('203.0.113.1')(i % 4 === 0 ? approval.room_code : locked.room_code, locked.room_password)),
  )

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  await service.stop()
  // 45 passwords are verified for real, some 40 ms of a core each when nothing else runs.
}, 30_000)

test('[RM61] who has used up the tries still enters public rooms, and rooms where there is a row', async () => {
  const service = await setup()
  const { open, approval, trier } = await house(service)
  const join = trier('203.0.113.1')
  await join(approval.room_code)
  for (let i = 0; i < 11; i++) await join('00000000')

  expect((await join(open.room_code)).body).toMatchObject({ status: 'APPROVED' })
  expect((await join(approval.room_code)).body).toMatchObject({ status: 'PENDING' })
  await service.stop()
})

test('an address told without the internal secret is not believed', async () => {
  const service = await setup()
  const { approval } = await house(service)
  const told = (address: string) => ({ 'x-matinee-client-address': address })
  for (let i = 0; i < 30; i++)
    await service.person('Eve').ask('POST', '/api/rooms/join/', { room_code: '00000000' }, told(`203.0.113.${i}`))

  const answer = await service.person('Eve').ask('POST', '/api/rooms/join/', { room_code: approval.room_code }, told('203.0.113.99'))

  expect(refusal(answer)).toEqual(limited)
  await service.stop()
})

test('limits that are off refuse nobody', async () => {
  const service = await setup({ config: { limits: undefined } })
  const { approval, trier } = await house(service)
  const join = trier('203.0.113.1')
  for (let i = 0; i < 40; i++) await join('00000000')

  expect((await join(approval.room_code)).status).toBe(200)
  await service.stop()
})
