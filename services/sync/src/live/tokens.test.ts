import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, cleo, createStage, sessionId, settled, tokenLifetimeMs } from './stage.fixture'

describe('tokens', () => {
  test('[TK1] a minute before it expires a client is told, once; then its socket closes with 4401', async () => {
    const stage = createStage()
    const { enter, pass } = await stage.node()
    const client = await enter(ana)
    const expires_at_ms = stage.clock.nowMs() + tokenLifetimeMs

    await pass(tokenLifetimeMs - 60_001)
    const before = client.types().includes('TOKEN_EXPIRING')
    await pass(1)
    await pass(1)
    const told = client.got.filter(({ type }) => type === 'TOKEN_EXPIRING')
    await pass(60_000)

    expect(before).toBe(false)
    expect(told).toMatchObject([{ expires_at_ms }])
    expect(await client.over()).toBe(4401)
    expect(client.got.at(-1)).toMatchObject({ type: 'ERROR', code: 'unauthenticated' })
  })

  test('[TK2] with a new token of the same session one stays, and another node may know', async () => {
    const stage = createStage()
    const { open, pass } = await stage.node()
    const client = open(ana, { token: stage.tokens.issue(ana) })
    await client.next('ROOM_STATE')
    const former = client.pass
    await pass(tokenLifetimeMs - 1_000)

    client.says({ type: 'AUTH', token: stage.tokens.issue(ana) })
    const renewed = await client.next('AUTHENTICATED')
    await pass(60_000)

    expect(renewed).toMatchObject({ expires_at_ms: stage.clock.nowMs() - 60_000 + tokenLifetimeMs })
    expect(client.closed).toBeUndefined()
    expect(client.pass).not.toBe(former)
  })

  test.each([
    ['another user', ben, sessionId(0)],
    ['another session', ana, sessionId(99)],
  ])('[TK3] a token of %s is token_mismatch, and nothing changes', async (_, userId, ofSession) => {
    const stage = createStage()
    const { open, pass } = await stage.node()
    const client = open(ana, { token: stage.tokens.issue(ana) })
    await client.next('ROOM_STATE')
    await pass(1_000)

    client.says({ type: 'AUTH', token: stage.tokens.issue(userId, { sessionId: ofSession }) })
    const refused = await client.next('ERROR')
    await pass(tokenLifetimeMs - 1_000)

    expect(refused).toMatchObject({ code: 'token_mismatch' })
    expect(await client.over()).toBe(4401)
  })

  test('[TK3] a token that is none is unauthenticated, and the socket stays', async () => {
    const { enter } = await createStage().node()
    const client = await enter(ana)

    client.says({ type: 'AUTH', token: 'none' })

    expect(await client.next('ERROR')).toMatchObject({ code: 'unauthenticated' })
    expect(client.closed).toBeUndefined()
  })

  test('[TK4] when a session ends, all its sockets close with 4401, members and waiting, and no others', async () => {
    const stage = createStage()
    const { node, open } = await stage.node()
    const token = (userId: string, of: number) => stage.tokens.issue(userId, { sessionId: sessionId(of) })
    const [first, second, other] = [
      open(ana, { token: token(ana, 1) }),
      open(ana, { token: token(ana, 1) }),
      open(ana, { token: token(ana, 2) }),
    ]
    const waiting = open(cleo, { token: token(cleo, 1), lobby: true })
    for (const client of [first, second, other]) await client.next('ROOM_STATE')
    await waiting.next('LOBBY')

    node.revoke(sessionId(1))

    for (const client of [first, second, waiting]) {
      expect(await client.over()).toBe(4401)
      expect(client.got.at(-1)).toMatchObject({ type: 'ERROR', code: 'unauthenticated' })
    }
    expect(other.closed).toBeUndefined()
  })

  test('[TK4] tokens of an ended session are refused, until the last of them would have expired', async () => {
    const stage = createStage()
    const { node, open, pass } = await stage.node()
    node.revoke(sessionId(1))

    const token = stage.tokens.issue(ana, { sessionId: sessionId(1), expiresAtMs: stage.clock.nowMs() + 10 * tokenLifetimeMs })
    const early = open(ana, { token })
    await early.over()
    await pass(tokenLifetimeMs)
    const stillEarly = open(ana, { token })
    await stillEarly.over()
    await pass(1)
    const late = open(ana, { token })

    expect([early.closed?.code, stillEarly.closed?.code]).toEqual([4401, 4401])
    expect(await late.next('ROOM_STATE')).toBeDefined()
  })

  test('[TK4] a session is not renewed after its end', async () => {
    const stage = createStage()
    const { node, open } = await stage.node()
    const client = open(ana, { token: stage.tokens.issue(ana) })
    await client.next('ROOM_STATE')
    const verifying = stage.tokens.hold()
    client.says({ type: 'AUTH', token: stage.tokens.issue(ana) })

    node.revoke(sessionId(0))
    verifying.release()
    await settled()

    expect(client.types().slice(1)).toEqual(['ERROR'])
    expect(client.closed?.code).toBe(4401)
  })

  test('[TK5] no token is in any line of the log, any frame or any pass', async () => {
    const stage = createStage()
    const { open, tap, enter, pass } = await stage.node()
    const token = stage.tokens.issue(ana)
    const client = open(ana, { token })
    await client.next('ROOM_STATE')
    tap.refuse()
    client.says({ type: 'AUTH', token })
    client.says(chat('x'))
    client.says(`{"type":"AUTH","token":"${token}","more":1}`)
    client.says(`{"type":"AUTH","token":"${token}"`)
    open(ben, { token: `${token}-wrong` })
    await client.next('ERROR')
    await pass(10_000)
    tap.accept()
    await enter(ana)

    expect([...stage.lines, JSON.stringify(client.got), client.pass].join('\n')).not.toContain('secret-token')
  })
})
