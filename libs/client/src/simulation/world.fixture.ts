import type { Random } from '@matinee/test/support'
import type { Member } from '../contract-types'
import { ana, ben } from '../domain/scene.fixture'
import { createAgenda } from './agenda.fixture'
import { createClient } from './client.fixture'
import { createServer } from './server.fixture'
import { soundWire } from './wire.fixture'

const faulty = {
  down: { drop: 0.004, duplicate: 0.02, duplicateMs: 40, reorder: 0.01 },
  up: { drop: 0, duplicate: 0.02, duplicateMs: 0, reorder: 0 },
  unsure: 0.02,
  handshake: 0.2,
}
const sound = { down: soundWire, up: soundWire, unsure: 0, handshake: 0 }
const heartbeatMs = 10_000

/** Clients and a server model with everything between them that goes wrong, by chance; then calm, and a reckoning. */
export function createWorld(random: Random, size: number) {
  const agenda = createAgenda()
  const server = createServer(() => Math.round(agenda.nowMs))
  const problems: string[] = []
  let faults: typeof faulty = faulty
  const clients = Array.from({ length: size }, (_, place) => {
    const me: Member = { ...(place === 0 ? ana : ben), id: `m${place}` }
    return createClient({ me, agenda, random, server, faults: () => faults, problem: (what) => problems.push(what) })
  })
  const [first, ...others] = clients
  if (!first) throw new Error('a world needs somebody')
  const anybody = () => random.pick([first, ...others])

  const beat = () => {
    for (const client of clients) client.heartbeat()
    agenda.after(heartbeatMs, beat)
  }
  beat()

  const blink = () => {
    server.setReadOnly(true)
    agenda.after(random.next() * 4_000, () => server.setReadOnly(false))
  }

  const mishaps: readonly [number, () => void][] = [
    [60, () => anybody().order()],
    [20, () => server.stranger(random.pick(['come', 'go', 'speak', 'speak']), random.below(8))],
    [4, () => anybody().break(random.pick([1006, 1012, 1013, 4408]), random.next() < 0.2)],
    [2, () => anybody().recover()],
    [1, () => anybody().reconnect(random.below(3_000))],
    [1, () => server.newEpoch()],
    [1, () => blink()],
  ]
  const weight = mishaps.reduce((sum, [share]) => sum + share, 0)

  function stir(): void {
    if (faults === sound) return
    let left = random.next() * weight
    for (const [share, happens] of mishaps) {
      left -= share
      if (left < 0) {
        happens()
        break
      }
    }
    agenda.after(random.next() * 120, stir)
  }
  stir()

  const steps = () => clients.reduce((sum, client) => sum + client.steps, 0)

  return {
    steps,
    /** Goes on until the clients have taken so many steps. */
    run(count: number): void {
      while (steps() < count && problems.length === 0 && agenda.next());
    },
    /** Nothing goes wrong any longer. Says what is wrong after two minutes of that, or was before. */
    reckon(): readonly string[] {
      // The last event reaches nobody, and nothing follows that would show it: the heartbeat has to.
      faults = { ...faulty, down: { ...faulty.down, drop: 1 } }
      server.stranger('speak', 0)
      faults = sound
      server.setReadOnly(false)
      const untilMs = agenda.nowMs + 120_000
      while (agenda.nowMs < untilMs && agenda.next());
      for (const client of clients) problems.push(...whatIsWrongWith(client))
      return problems
    },
  }

  function whatIsWrongWith({ me, status, connection, given, outcomes }: (typeof clients)[number]): readonly string[] {
    const { epoch, seq } = server.place
    const { place, view, outbox } = connection
    const mine = server.effects.filter((id) => given.includes(id))
    const mistakes: string[] = []
    const say = (wrong: boolean, what: string) => wrong && mistakes.push(`${me.id}: ${what}`)
    say(status !== 'live', `is ${status}`)
    say(place?.epoch !== epoch || place.seq !== seq, `is at ${place?.epoch}.${place?.seq}, the log at ${epoch}.${seq}`)
    say(outbox.commands.length > 0 || outcomes.size !== given.length, `has ${given.length - outcomes.size} commands without an outcome`)
    const shown = { playback: view?.playback, people: view?.participants.map(({ id }) => id).sort(), total: view?.total }
    const { playback, people, chat } = server.view
    say(!Bun.deepEquals(shown, { playback, people, total: people.length }), `shows ${JSON.stringify(shown)}`)
    const lines = view?.chat.slice(-chat.length).map(({ seq: _, ...line }) => line)
    say(!Bun.deepEquals(lines, chat), 'shows another chat')
    say(new Set(mine).size !== mine.length, 'did something twice')
    const done = new Set(mine)
    for (const [id, outcome] of outcomes) say('seq' in outcome && !done.has(id), `${id} was acknowledged, and is not there`)
    const certain = mine.filter((id) => !server.putOff.has(id)).map((id) => given.indexOf(id))
    const late = certain.findIndex((place, at) => place < (certain[at - 1] ?? -1))
    say(late > 0, `did ${given[certain[late] ?? -1]} after ${given[certain[late - 1] ?? -1]}`)
    return mistakes
  }
}
