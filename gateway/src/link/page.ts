import type { ToGateway } from '@matinee/contracts'
import type { Outbox } from '@matinee/socket'
import type { Client } from './client'

/**
 * Gives a client that catches up its next page, and tells its node when it has taken it. Should the node be lost before
 * the client has its place, the next one is asked for what follows the page.
 */
export function turnPage(outbox: Outbox, client: Client, { connection, place, payloads }: Extract<ToGateway, { op: 'page' }>): void {
  if (client.request) {
    client.request = { ...client.request, since: place }
    client.paged = true
  }
  client.untaken = true
  const { outlet } = client.socket
  for (const payload of payloads) outbox.send(outlet, payload)
  outbox.whenTaken(outlet, () => {
    client.untaken = false
    // Whichever node has it by now: that one waits with what is next.
    if (client.link && !client.link.draining) client.link.send({ op: 'taken', connection })
  })
}
