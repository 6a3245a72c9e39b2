import { expect, test } from 'bun:test'
import { createMemoryLink, createWebSocketLink } from '.'
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
