import { afterEach, describe, expect, test } from 'bun:test'
import { serve } from '@matinee/http'
import type { RateLimit } from '@matinee/kernel'
import type { SocketData } from '@matinee/socket'
import { ana, ben, chat, code, createStage } from '../live/stage.fixture'
import { createDirectDoor } from './direct-door'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** A node on a port of its own. */
async function setup({
  frameLimit,
  handshakeLimit,
  maxSockets,
}: {
  frameLimit?: RateLimit
  handshakeLimit?: RateLimit
  maxSockets?: number
} = {}) {
  const stage = createStage({ limits: { chat: undefined } })
  const staged = await stage.node()
  const refused: string[] = []
  const direct = createDirectDoor({
    onRefused: (reason) => refused.push(reason),
    node: staged.node,
    prefix: 'd',
    clock: stage.clock,
    frameLimit,
    handshakeLimit,
    maxSockets,
    allowedOrigins: ['https://cinema.example'],
  })
  const served = serve<SocketData>({
    port: 0,
    hostname: '127.0.0.1',
    portSetting: 'PORT',
    websocket: direct.websocket,
    fetch: direct.fetch,
  })
  stops.push(() => served.stop())
  const connect = (userId: string, { query = '', protocols = ['matinee.v1', `bearer.${stage.tokens.issue(userId)}`] } = {}) =>
    createSocketClient(new WebSocket(`ws://127.0.0.1:${served.port}/ws/room/${code}/${query}`, protocols))
  return { ...staged, stage, direct, served, connect, refused }
}

function createSocketClient(socket: WebSocket) {
  const got: { readonly type: string; readonly id?: string; readonly epoch?: string; readonly seq?: number }[] = []
  let closed: number | undefined
  let waiting: (() => void)[] = []
  const wake = () => {
    const resumed = waiting
    waiting = []
    for (const resume of resumed) resume()
  }
  socket.onmessage = ({ data }) => {
    got.push(JSON.parse(String(data)))
    wake()
  }
  socket.onclose = ({ code: closeCode }) => {
    closed = closeCode
    wake()
  }
  async function until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    }
  }
  return {
    socket,
    got,
    says: (frame: object) => socket.send(JSON.stringify(frame)),
    acked: (id: string) => until(() => got.find((frame) => frame.type === 'ACK' && frame.id === id)),
    frame: (type: string) => until(() => got.find((frame) => frame.type === type)),
    over: () => until(() => closed),
  }
}

describe('the direct door', () => {
  test('[UP14] a client on this port cannot tell it from a gateway', async () => {
    const { connect } = await setup()
    const host = connect(ana)
    const member = connect(ben)
    await host.frame('ROOM_STATE')
    await member.frame('ROOM_STATE')

    host.says({ type: 'PLAY', time: 3, id: 'p1' })

    expect(await member.frame('PLAY')).toMatchObject({ time: 3, version: 1 })
    expect(await host.frame('ACK')).toMatchObject({ id: 'p1' })
    expect(host.got.map(({ type }) => type).slice(-2)).toEqual(['PLAY', 'ACK'])
  })

  test('[UP14] a refusal is an ERROR frame, then the close code', async () => {
    const { connect } = await setup()
    const client = connect(ana, { protocols: ['matinee.v1', 'bearer.nonsense'] })

    expect(await client.over()).toBe(4401)
    expect(client.got).toMatchObject([{ type: 'ERROR', code: 'unauthenticated' }])
  })

  test('[TK5] the subprotocol is answered, the token never', async () => {
    const { connect, stage } = await setup()
    const client = connect(ana, { protocols: [`bearer.${stage.tokens.issue(ana)}`, 'matinee.v1'] })

    await client.frame('ROOM_STATE')

    expect(client.socket.protocol).toBe('matinee.v1')
  })

  test('[UP14] a client that comes back resumes', async () => {
    const { connect, stage } = await setup()
    const host = connect(ana)
    const first = connect(ben)
    const state = await first.frame('ROOM_STATE')
    first.socket.close()
    host.says(chat('missed', 'm1'))
    await host.frame('ACK')

    const back = connect(ben, { query: `?since=${state.epoch}.${state.seq}&token=${stage.tokens.issue(ben)}`, protocols: [] })

    expect(await back.frame('CHAT_MESSAGE')).toMatchObject({ message: 'missed' })
    expect(back.got[0]).toMatchObject({ type: 'ROOM_STATE', resumed: true })
  })

  test('[UP14] [LG17] one that missed much is given all of it, page by page', async () => {
    const { connect, stage } = await setup()
    const host = connect(ana)
    const first = connect(ben)
    const state = await first.frame('ROOM_STATE')
    first.socket.close()
    for (let line = 0; line < 60; line++) host.says(chat('x'.repeat(2_000), `a${line}`))
    await host.acked('a59')
    for (let line = 0; line < 60; line++) host.says(chat('x'.repeat(2_000), `b${line}`))
    await host.acked('b59')

    const back = connect(ben, { query: `?since=${state.epoch}.${state.seq}&token=${stage.tokens.issue(ben)}`, protocols: [] })
    back.socket.onopen = () => back.says(chat('all of it', 'c'))
    await back.acked('c')

    expect(back.got.filter(({ type }) => type === 'ROOM_STATE').length).toBeGreaterThan(1)
    expect(back.got.filter(({ type }) => type === 'CHAT_MESSAGE')).toHaveLength(121)
  })

  test('[UP14] [G14] a page of another origin is refused before the upgrade; a listed one, and a program, are not', async () => {
    const { served, refused } = await setup()
    const ask = (headers: Record<string, string>) => fetch(`${served.url}/ws/room/${code}/`, { headers })

    const [foreign, listed, program] = [
      await ask({ origin: 'https://evil.example' }),
      await ask({ origin: 'https://cinema.example' }),
      await ask({}),
    ]

    expect([foreign.status, listed.status, program.status]).toEqual([403, 426, 426])
    expect(refused).toEqual(['origin_not_allowed', 'upgrade_required', 'upgrade_required'])
  })

  test('[UP14] [G14] a Host that is none is refused, and is no bug', async () => {
    const { served, refused } = await setup()

    const { status } = await fetch(`${served.url}/ws/room/${code}/`, { headers: { host: 'a/b' } })

    expect([status, refused]).toEqual([421, ['misdirected_host']])
  })

  test('[UP14] [G14] what is no room socket is a problem', async () => {
    const { served, refused } = await setup()

    const [elsewhere, wrong] = [await fetch(`${served.url}/`), await fetch(`${served.url}/ws/room/${code}/?since=x`)]

    expect([elsewhere.status, wrong.status]).toEqual([404, 422])
    expect(await wrong.json()).toMatchObject({ code: 'invalid_request' })
    expect(refused).toEqual(['not_found', 'invalid_request'])
  })

  test('[UP14] [G14] too many handshakes of one address are refused, and told when to come back', async () => {
    const { connect, served, stage, refused } = await setup({ handshakeLimit: { count: 1, periodMs: 60_000 } })
    const ask = () => fetch(`${served.url}/ws/room/${code}/`)
    await connect(ana).frame('ROOM_STATE')

    const surplus = await ask()
    stage.clock.advance(60_000)
    const later = await ask()

    expect([surplus.status, surplus.headers.get('retry-after'), later.status]).toEqual([429, '60', 426])
    expect(await surplus.json()).toMatchObject({ code: 'rate_limited' })
    expect(refused).toEqual(['rate_limited', 'upgrade_required'])
  })

  test('[UP14] [G14] too many frames are refused by their id', async () => {
    const { connect, refused } = await setup({ frameLimit: { count: 1, periodMs: 1_000, burst: 1 } })
    const client = connect(ana)
    await client.frame('ROOM_STATE')

    for (const id of ['m1', 'm2']) client.says(chat(id, id))

    expect(await client.frame('ERROR')).toMatchObject({ code: 'rate_limited', id: 'm2' })
    expect(refused).toEqual(['rate_limited'])
  })

  test('[UP14] a node that goes sends its clients away to resume elsewhere', async () => {
    const { connect, direct } = await setup()
    const client = connect(ana)
    await client.frame('ROOM_STATE')

    direct.drain()

    expect(await client.over()).toBe(1012)
  })

  test('[G14] [GW44] a socket more than may be open is refused and counted, and may come when one has gone', async () => {
    const { connect, served, refused } = await setup({ maxSockets: 1 })
    const first = connect(ana)
    await first.frame('ROOM_STATE')
    const upgrade = () => fetch(`http://127.0.0.1:${served.port}/ws/room/${code}/`, { headers: { upgrade: 'websocket' } })

    const refusal = await upgrade()
    first.socket.close()
    await first.over()
    const second = connect(ben)
    await second.frame('ROOM_STATE')

    expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([503, '5'])
    expect(refused).toEqual(['full'])
  })
})
