import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { createMemoryLink, createWebSocketLink, type LinkEnd, type LinkEnded, linkPath, maxLinkBacklogBytes } from '.'
import { linkContract } from './link.contract'
import { type AcceptedLink, createLinkServer } from './link.websocket'

const secret = 'a secret of the two sides'

function serveLinks(accept: Parameters<typeof createLinkServer>[0]['accept']) {
  const links = createLinkServer({ secret, accept })
  const server = Bun.serve<AcceptedLink>({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) => links.upgrade(request, self),
    websocket: links.websocket,
  })
  const stop = () => {
    links.stop()
    void server.stop(true)
  }
  return { url: `ws://127.0.0.1:${server.port}`, stop }
}

linkContract({
  name: 'memory',
  open: async (accept) => ({ connect: createMemoryLink(accept), stop() {} }),
})

linkContract({
  name: 'websocket',
  open: async (accept) => {
    const { url, stop } = serveLinks(accept)
    return { connect: createWebSocketLink({ url, secret }), stop }
  },
})

test('a link needs the secret', async () => {
  let accepted = 0
  const { url, stop } = serveLinks(() => {
    accepted++
    return { frame() {}, closed() {} }
  })

  await expect(createWebSocketLink({ url, secret: 'another secret of them' })({ frame() {}, closed() {} })).rejects.toThrow(
    'did not accept',
  )

  expect(accepted).toBe(0)
  stop()
})

test('a node that is not there is told as such', async () => {
  const { url, stop } = serveLinks(() => ({ frame() {}, closed() {} }))
  stop()

  await expect(createWebSocketLink({ url, secret })({ frame() {}, closed() {} })).rejects.toThrow('did not accept')
})

test('[G14] a gateway that does not read ends its link, and the node knows why', async () => {
  const ended = Promise.withResolvers<LinkEnded>()
  const accepted = Promise.withResolvers<LinkEnd>()
  const { url, stop } = serveLinks((end) => {
    accepted.resolve(end)
    return { frame() {}, closed: ended.resolve }
  })
  const tcp = connect({ port: Number(new URL(url).port), host: '127.0.0.1' })
  tcp.on('error', () => {})
  tcp.write(
    `GET /link HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${secret}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  )
  const end = await accepted.promise
  tcp.pause()

  const frame = 'x'.repeat(maxLinkBacklogBytes / 16)
  const before = end.backlogBytes()
  for (let count = 0; count < 32; count++) end.send(frame)
  const after = end.backlogBytes()

  expect(await ended.promise).toBe('backlog')
  expect(before).toBe(0)
  expect(after).toBeGreaterThan(maxLinkBacklogBytes)
  expect(end.backlogBytes()).toBe(0)
  tcp.destroy()
  stop()
})

test('[G14] what is no message of a link ends it, and the other side knows why', async () => {
  const ended = Promise.withResolvers<LinkEnded>()
  const { url, stop } = serveLinks(() => ({ frame() {}, closed: ended.resolve }))
  // Bun's client takes headers, which the standard constructor does not.
  const socket = new WebSocket(`${url}${linkPath}`, { headers: { authorization: `Bearer ${secret}` } })
  socket.onopen = () => socket.send('no message')

  expect(await ended.promise).toBe('not_a_message')
  stop()
})
