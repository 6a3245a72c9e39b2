import { expect, test } from 'bun:test'
import type { ToSync } from '@matinee/contracts'
import { createOutbox } from '@matinee/socket'
import type { Client } from './client'
import { turnPage } from './page'

/** A client that has no place yet, and the link over which its pages come. */
function setup() {
  const turns: (() => void)[] = []
  const sent: ToSync[] = []
  const got: string[] = []
  const wire = { bufferedBytes: 0 }
  const outbox = createOutbox({ defer: (flush) => turns.push(flush) })
  const socket = {
    send: (text: string) => got.push(text),
    cork: <T>(run: () => T) => run(),
    getBufferedAmount: () => wire.bufferedBytes,
    close() {},
    terminate() {},
  }
  const outlet = outbox.outlet(socket)
  const link = { name: 'a', draining: false, send: (frame: ToSync) => void sent.push(frame), finish() {}, drop() {} }
  const client: Client = {
    socket: { id: 'c1', outlet },
    ...{
      room: '7GQ4KX2M',
      state: 'opening',
      link,
      topic: undefined,
      pass: '',
      paged: false,
      untaken: false,
      held: undefined,
      hasSent: false,
    },
    parkedUntilMs: undefined,
    request: { room: '7GQ4KX2M', token: 'token', lobby: false, since: 'e1.4' },
  }
  const page = (place: string, ...payloads: string[]) => {
    turnPage(outbox, client, { op: 'page', connection: 'c1', place, payloads })
    for (const turn of turns.splice(0)) turn()
  }
  return { client, link, sent, got, wire, page, drains: () => outbox.drained(outlet) }
}

test('[GW45] a page is told to have been taken once all of it has left', () => {
  const { sent, got, wire, page, drains } = setup()

  page('e1.6', 'state', 'event 5', 'event 6')
  const atOnce = [...sent]
  wire.bufferedBytes = 1
  page('e1.7', 'state', 'event 7')
  const stuck = [...sent]
  wire.bufferedBytes = 0
  drains()

  expect(got).toEqual(['state', 'event 5', 'event 6', 'state', 'event 7'])
  expect([atOnce.length, stuck.length, sent.length]).toEqual([1, 1, 2])
  expect(sent).toEqual([1, 2].map(() => ({ op: 'taken', connection: 'c1' })))
})

test('[GW45] the next node would be asked for what follows the page', () => {
  const { client, page } = setup()

  page('e1.6', 'state', 'event 5', 'event 6')

  expect(client.request).toEqual({ room: '7GQ4KX2M', token: 'token', lobby: false, since: 'e1.6' })
})

test('[GW31] [GW45] a node that drains is not told', () => {
  const { link, sent, page } = setup()
  link.draining = true

  page('e1.6', 'state')

  expect(sent).toEqual([])
})
