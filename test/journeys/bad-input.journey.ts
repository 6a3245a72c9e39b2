import { expect } from 'bun:test'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import * as z from 'zod'
import { expectOneHistory } from '../support/history'
import type { Journey } from '../support/journey'

const badFrames: readonly (readonly [text: string, field: string])[] = [
  ['not json', '(json)'],
  ['[]', '(frame)'],
  ['{"type":"DANCE"}', 'type'],
  ['{"type":"CHAT_MESSAGE","message":""}', 'message'],
  ['{"type":"CHAT_MESSAGE","message":7}', 'message'],
  [JSON.stringify({ type: 'CHAT_MESSAGE', message: 'x'.repeat(2_001) }), 'message'],
  ['{"type":"CHAT_MESSAGE","message":"hello","loud":true}', 'loud'],
  ['{"type":"PLAY","time":"5"}', 'time'],
  ['{"type":"PLAY","time":-1}', 'time'],
  ['{"type":"SEEK","time":1e300}', 'time'],
  ['{"type":"SEEK","time":null}', 'time'],
  ['{"type":"PAUSE","time":NaN}', '(json)'],
]

export function badInput(journey: Journey): void {
  journey('a bad frame is refused with the field that is wrong, and changes nothing', async ({ room }) => {
    const { clients } = await room(1)
    const [hosts] = clients
    const before = hosts.seq

    for (const [text, field] of badFrames) {
      hosts.send(text)
      expect(await hosts.next('ERROR')).toMatchObject({ code: 'invalid_frame', field, retryable: false })
    }

    expect(await hosts.command({ type: 'CHAT_MESSAGE', message: 'fine' })).toBe(before + 1)
    await expectOneHistory(clients)
  })

  journey(
    'a binary frame closes its socket with 1003, a frame of 17 KiB with 1009, a stream of bad ones with 4429: only that socket',
    async ({ room, guest }) => {
      const { code, clients } = await room(0)
      const ben = await guest('Ben')
      const binary = await ben.join(code)
      const [large, stream, bystander] = [await ben.enter(code), await ben.enter(code), await ben.enter(code)]

      binary.send(new Uint8Array([1, 2, 3]))
      large.send(JSON.stringify({ type: 'CHAT_MESSAGE', message: 'x'.repeat(17 * 1024) }))
      for (let sent = 0; sent < 25; sent++) stream.send('{"type":"DANCE"}')

      expect((await binary.closes()).code).toBe(1003)
      expect([1006, 1009]).toContain((await large.closes()).code)
      expect((await stream.closes()).code).toBe(4429)
      await bystander.command({ type: 'CHAT_MESSAGE', message: 'still here' })
      await expectOneHistory([bystander, ...clients])
    },
  )

  journey('a forged token opens nothing, over HTTP or as a socket', async ({ guest, stack }) => {
    const ana = await guest('Ana')
    const { room_code: code } = await ana.create()
    const [httpUrl = ''] = stack.httpUrls
    const { keys } = z
      .object({ keys: z.array(z.object({ x: z.string() })) })
      .parse(await (await fetch(`${httpUrl}/.well-known/jwks.json`)).json())
    const [head = '', claims = '', signature = ''] = ana.token.split('.')
    const header = z
      .object({ kid: z.string() })
      .loose()
      .parse(JSON.parse(Buffer.from(head, 'base64url').toString()))
    const admin = part({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), staff: true })
    const { privateKey } = generateKeyPairSync('ed25519')
    const hs256 = `${part({ ...header, alg: 'HS256' })}.${claims}`
    const forged = {
      none: `${part({ ...header, alg: 'none' })}.${claims}.`,
      publicKeyAsSecret: `${hs256}.${createHmac('sha256', Buffer.from(keys[0]?.x ?? '', 'base64url'))
        .update(hs256)
        .digest('base64url')}`,
      otherClaims: `${head}.${admin}.${signature}`,
      otherKey: `${head}.${claims}.${sign(null, Buffer.from(`${head}.${claims}`), privateKey).toString('base64url')}`,
      empty: '',
    }

    for (const token of Object.values(forged)) {
      await expect(ana.http.room(token, code)).rejects.toMatchObject({ status: 401, code: 'unauthenticated' })
      const socket = ana.open(code, { token, tokenInQuery: true })
      expect((await socket.next('ERROR')).code).toBe('unauthenticated')
      expect((await socket.closes()).code).toBe(4401)
    }
    await ana.enter(code)
  })
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
