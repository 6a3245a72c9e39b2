/** The load generator: a process of its own, so that its work is not counted as the server's. Takes one order at a time over IPC. */
import { type Client, type ClientHandlers, openClient } from './client'
import type { Answer, Order } from './orders'
import { type Run, type RunResult, startRun } from './run'

const crowds = new Map<string, readonly Client[]>()
let run: Run | undefined
const troubles: string[] = []

process.on('message', (order: Order) => {
  perform(order).then(
    (result) => answer({ done: true, troubles: troubles.splice(0), ...result }),
    (error) => answer({ failed: String(error) }),
  )
})

const answer = (what: Answer) => process.send?.(what)

async function perform(order: Order): Promise<{ readonly result?: RunResult }> {
  switch (order.do) {
    case 'connect': {
      crowds.set(order.crowd, await connect(order))
      return {}
    }
    case 'run': {
      run = startRun(crowds.get(order.crowd) ?? [], order.options)
      const result = await run.result
      run = undefined
      return { result }
    }
    case 'leave': {
      for (const client of crowds.get(order.crowd) ?? []) order.how === 'saying goodbye' ? client.close() : client.vanish()
      crowds.delete(order.crowd)
      return {}
    }
  }
}

async function connect({ seats, atOnce }: Order & { do: 'connect' }): Promise<readonly Client[]> {
  const clients: Client[] = []
  const left = seats.entries()
  const handlers: ClientHandlers = {
    message: (number, client, nowMs) => run?.message(number, client, nowMs),
    trouble: (what) => void troubles.push(what),
  }
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [place, seat] of left) clients[place] = await openClient(seat, handlers)
    }),
  )
  return clients
}
