import { describe, expect, test } from 'bun:test'
import { createAbsence } from './catch-up.fixture'
import { ben, chat, cleo, code, leaseMs, settled, tokenLifetimeMs } from './stage.fixture'

/** Every place after that of a client, up to the last. */
const inOrder = (since: string, to: number) => {
  const from = Number(since.split('.')[1])
  return Array.from({ length: to - from }, (_, place) => from + 1 + place)
}

describe('while one takes what it missed', () => {
  test('[G7] [UP3] and others take it for gone, because the lease of its node had run out, it is claimed again', async () => {
    const { stage, node, other, host, stall } = await createAbsence({ apart: true })
    const back = await stall()
    // The grace of its former connection is over.
    await node.pass(7_000)
    await other.node.upkeep.beat()
    await node.node.upkeep.beat()
    stage.clock.advance(leaseMs - 1)
    await other.node.upkeep.beat()
    stage.clock.advance(1)
    await other.node.upkeep.beat()
    await settled()
    const isThere = () => other.node.rooms.get(code)?.replica.people.has(ben)
    const whileEvicted = isThere()

    await node.node.upkeep.beat()
    await settled()
    const whenClaimed = isThere()
    back.goesOn()
    while (!back.admitted) await settled()

    expect([whileEvicted, whenClaimed, isThere()]).toEqual([false, true, true])
    expect(host.types().filter((type) => type === 'USER_LEFT')).toHaveLength(1)
    expect(back.closed).toBeUndefined()
  })

  test.each(['REMOVED', 'LEFT'] as const)('[UP3] [AD9] and is %s before it is claimed again, it is sent away', async (standing) => {
    const { stage, node, other, stall } = await createAbsence({ apart: true })
    const back = await stall()
    await node.node.upkeep.beat()
    stage.clock.advance(leaseMs + 1)
    node.tap.holdChannel()
    await other.decide(ben, standing)

    await node.node.upkeep.beat()
    await settled()

    expect(await back.over()).toBe(standing === 'LEFT' ? 1000 : 4411)
  })

  test('[TK1] [TK2] and its token expires soon, it is told, and may renew it', async () => {
    const { stage, node, stall } = await createAbsence()
    const back = await stall()

    await node.pass(tokenLifetimeMs - 30_000)
    const isTold = back.types().includes('TOKEN_EXPIRING')
    back.says({ type: 'AUTH', token: stage.tokens.issue(ben) })
    await back.next('AUTHENTICATED')
    const passEarly = back.pass
    await node.pass(30_000)
    back.goesOn()
    while (!back.admitted) await settled()

    expect(isTold).toBe(true)
    expect(back.closed).toBeUndefined()
    // Should its node be lost now, the token that it came with would be good for nothing.
    expect(passEarly).not.toBe('')
  })

  test('[TK3] and shows a token of another user, nothing changes', async () => {
    const { stage, node, stall } = await createAbsence()
    const back = await stall()

    back.says({ type: 'AUTH', token: stage.tokens.issue(cleo) })
    const refused = await back.next('ERROR')
    await node.pass(tokenLifetimeMs)

    expect(refused).toMatchObject({ code: 'token_mismatch' })
    expect(await back.over()).toBe(4401)
  })

  test('[G12] [LG17] [UP5] and the log goes away, it stays, is told, and goes on where it was when the log is back', async () => {
    const { node, host, since, stall } = await createAbsence()
    const back = await stall()

    node.tap.refuse()
    node.tap.setConnected(false)
    await back.next('NOTICE')
    back.says(chat('meanwhile', 'm1'))
    const refused = await back.next('ERROR')
    back.goesOn()
    await settled()
    const meanwhile = { pages: back.pages.length, closed: back.closed }
    node.tap.accept()
    node.tap.setConnected(true)
    await back.next('NOTICE')

    expect(refused).toMatchObject({ code: 'read_only', id: 'm1' })
    expect(meanwhile).toEqual({ pages: 1, closed: undefined })
    expect(back.got.filter(({ type }) => type === 'NOTICE')).toMatchObject([{ code: 'read_only' }, { code: 'restored' }])
    expect(back.seqs()).toEqual(inOrder(since, host.seqs().at(-1) ?? 0))
    expect(back.admitted?.seq).toBe(back.seqs().at(-1) ?? 0)
  })

  test.each(['read', 'arrive'] as const)('[LG17] and the log refuses `%s` for a while, it goes on after that', async (call) => {
    const { node, host, since, say, stall } = await createAbsence({ apart: true })
    const back = await stall()
    node.tap.refuse(call)

    // What is told of its person has it arrive once more.
    await node.decide(ben, 'REMOVED')
    await node.decide(ben, 'APPROVED')
    back.goesOn()
    await settled()
    const closed = back.closed
    node.tap.accept()
    while (!back.admitted) await settled()
    await say(1, 'after')

    expect(closed).toBeUndefined()
    expect(back.seqs()).toEqual(inOrder(since, host.seqs().at(-1) ?? 0))
  })
})
