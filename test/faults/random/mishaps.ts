import { RedisClient } from 'bun'
import type { AppProcess } from '../../support/app-process'
import type { DistributedStack } from '../../support/distributed'
import type { Conditions, Direction, FaultProxy } from '../../support/fault-proxy'
import type { Party } from '../../support/party'
import type { Random } from '../../support/random'
import type { TestServer } from '../../support/server'

/** Something that goes wrong, and what puts it right. */
export interface Mishap {
  readonly name: string
  begin(): unknown
  /** Resolves when it is right again. */
  end(): unknown
}

/** Draws the next mishap. What it needs of chance it takes here, so that a seed names the whole of it. */
export function drawMishap(stack: DistributedStack, party: Party, random: Random): Mishap {
  const kinds: readonly [() => Mishap, ...(() => Mishap)[]] = [
    () => ofProcess(random, random.pick(some(stack.processes))),
    () => ofProcess(random, random.pick(some(stack.syncs))),
    () =>
      ofServer(
        random,
        random.pick([
          { name: 'redis', server: stack.redis },
          { name: 'nats', server: stack.nats },
          { name: 'postgres', server: stack.postgres },
        ]),
      ),
    () => ofWire(random, random.pick(some([...stack.wires]))),
    () => ofWire(random, random.pick(some([...stack.wires].filter(([name]) => name.startsWith('gateway'))))),
    () => ofWire(random, random.pick(some([...stack.wires].filter(([name]) => name.endsWith('redis'))))),
    () => ofChannels(stack),
    () => ofViewers(random, party),
  ]
  return random.pick(kinds)()
}

function ofProcess(random: Random, app: AppProcess): Mishap {
  // Not waited for: what it needs to become ready may be away. The end of the round waits for all.
  const start = () => void app.start().catch(() => {})
  let gone: Promise<unknown> | undefined
  const asked: Mishap = {
    name: `${app.name} is asked to go`,
    // Nor this: it may be frozen, or wait for others.
    begin() {
      gone = app.terminate()
    },
    async end() {
      app.resume()
      await gone
      start()
    },
  }
  return random.pick([
    { name: `${app.name} is killed`, begin: () => app.kill(), end: start },
    asked,
    { name: `${app.name} freezes`, begin: () => app.suspend(), end: () => app.resume() },
  ])
}

function ofServer(random: Random, { name, server }: { readonly name: string; readonly server: TestServer }): Mishap {
  return random.pick([
    { name: `${name} is killed`, begin: () => server.kill(), end: () => server.start() },
    { name: `${name} freezes`, begin: () => server.suspend(), end: () => server.resume() },
  ])
}

function ofWire(random: Random, [name, wire]: readonly [string, FaultProxy]): Mishap {
  const end = () => wire.heal()
  const is = (what: string, conditions: Partial<Conditions>, direction: Direction = 'both'): Mishap => ({
    name: `${name}: ${what}${direction === 'both' ? '' : `, ${direction}`}`,
    begin: () => wire.set(conditions, direction),
    end,
  })
  const direction = random.pick(['up', 'down', 'both'] as const)
  const latencyMs = 20 + random.below(200)
  return random.pick([
    is('swallows everything', { flow: 'lost' }, direction),
    is('stands still', { flow: 'held' }, direction),
    is(`takes ${latencyMs} ms`, { latencyMs, jitterMs: latencyMs }, direction),
    is('is narrow', { bytesPerS: 50_000 }, direction),
    { name: `${name}: is reset`, begin: () => wire.reset(), end },
  ])
}

const ofChannels = ({ redis }: DistributedStack): Mishap => ({
  name: 'the connections that hear the channels are killed',
  async begin() {
    const operator = new RedisClient(redis.url, { connectionTimeout: 1_000, autoReconnect: false })
    // Redis may be away for another reason.
    await operator.send('CLIENT', ['KILL', 'TYPE', 'pubsub']).catch(() => {})
    operator.close()
  },
  end() {},
})

function ofViewers(random: Random, party: Party): Mishap {
  const victims = party.viewers.filter(() => random.below(2) === 0)
  return {
    name: `${victims.length} viewers lose their connection`,
    begin() {
      for (const viewer of victims) viewer.drop()
    },
    end() {},
  }
}

function some<T>(items: readonly T[]): readonly [T, ...T[]] {
  const [first, ...others] = items
  if (first === undefined) throw new Error('there is nothing to choose from')
  return [first, ...others]
}
