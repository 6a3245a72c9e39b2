/** The load generator: a process of its own, so that its work is not counted as the server's. Takes one order at a time over IPC. */
import type { Seat } from '../systems/system'
import { type Client, type ClientHandlers, openClient } from './client'
import type { Answer, Order } from './orders'
import { type Run, startRun } from './run'

/** How many handshakes are under way at once. */
const handshakesAtOnce = 32

const crowds = new Map<string, readonly Client[]>()
let run: Run | undefined
let troubles: string[] = []

process.on('message', (order: Order) => {
  perform(order).then(answer, (error) => answer({ failed: String(error) }))
})

const answer = (what: Answer) => process.send?.(what)

async function perform(order: Order): Promise<Answer> {
  troubles = []
  switch (order.do) {
    case 'connect': {
      crowds.set(order.crowd, await connect(order.seats))
      return { done: true, troubles }
    }
    case 'run': {
      run = startRun(crowds.get(order.crowd) ?? [], order.options)
      const result = await run.result
      run = undefined
      return { done: true, result, troubles }
    }
    case 'leave': {
      for (const client of crowds.get(order.crowd) ?? []) client.close()
      crowds.delete(order.crowd)
      return { done: true, troubles }
    }
  }
}

async function connect(seats: readonly Seat[]): Promise<readonly Client[]> {
  const clients: Client[] = []
  const left = seats.entries()
  const handlers: ClientHandlers = {
    message: (number, client, nowMs) => run?.message(number, client, nowMs),
    trouble: (what) => void troubles.push(what),
  }
  await Promise.all(
    Array.from({ length: handshakesAtOnce }, async () => {
      for (const [place, seat] of left) clients[place] = await openClient(seat, handlers)
    }),
  )
  return clients
}
