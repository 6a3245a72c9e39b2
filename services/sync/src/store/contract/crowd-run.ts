import { expect } from 'bun:test'
import * as fc from 'fast-check'
import type { LogEntry } from '../../domain/log-entry'
import type { RoomLog } from '../../ports'
import { person, roomRow } from './stage'

/** A log with two nodes, in which a few people are a crowd and a few milliseconds a pause. */
export interface CrowdWorld {
  readonly nodes: { readonly north: RoomLog; readonly south: RoomLog }
  /** Time goes on, by about so much. */
  pass(ms: number): Promise<void>
}

const node = fc.constantFrom('north', 'south')
const who = fc.record({ user: fc.integer({ min: 0, max: 5 }), tab: fc.integer({ min: 0, max: 1 }) })
const steps = [
  fc.record({ step: fc.constant('arrive'), node, who }),
  fc.record({ step: fc.constant('arrive'), node, who }),
  fc.record({ step: fc.constant('depart'), node, who }),
  fc.record({ step: fc.constant('adopt'), node, them: fc.uniqueArray(who, { maxLength: 6, selector: JSON.stringify }) }),
  fc.record({ step: fc.constant('evict'), node, live: fc.subarray(['north', 'south']) }),
  fc.record({ step: fc.constant('tell'), node }),
  fc.record({ step: fc.constant('pass'), ms: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ step: fc.constant('look'), node }),
] as const
type CrowdStep = (typeof steps)[number] extends fc.Arbitrary<infer Step> ? Step : never

/** What happens to a crowd, in order. */
export const crowdSteps = fc.array(fc.oneof(...(steps as readonly fc.Arbitrary<CrowdStep>[])), { maxLength: 60, size: 'max' })

/**
 * Does the steps, and expects after each that the events so far fit each other, that an image says what they say, and,
 * whenever nothing waits to be told, that they say what is so.
 */
export async function runCrowd(world: CrowdWorld, all: readonly CrowdStep[]): Promise<void> {
  const code = crypto.randomUUID().slice(0, 8).toUpperCase()
  const participants = Array.from({ length: 6 }, (_, user) => person(code, { user_id: idOf(user), display_name: `U${user}` }))
  const seed = { room: roomRow({ room_code: code }), participants, rowsTo: 1, epoch: `e${code.toLowerCase()}` }
  const connections = new Map<string, { readonly user: string; node: string }>()
  const told = new Set<string>()
  let offset = 0

  const open = (name: 'north' | 'south') => world.nodes[name].open(code, { node: name, liveNodes: ['north', 'south'], listener() {}, seed })
  const look = async (name: 'north' | 'south') => {
    const image = await open(name)
    if (!image) throw new Error('the log is gone')
    expect(image.offset).toBe(offset)
    expect(image.people.map(({ userId }) => userId)).toEqual([...told])
    if (image.presenceDue === 0) expect([...told].sort()).toEqual(truth())
    return image
  }
  const truth = () => [...new Set([...connections.values()].map(({ user }) => user))].sort()
  const take = (entries: readonly LogEntry[]) => {
    for (const entry of entries) {
      expect(entry.offset).toBe(++offset)
      const { user, joined = [user], left = [user], total } = JSON.parse(entry.payload)
      if (entry.type === 'USER_LEFT' || entry.type === 'PRESENCE') for (const { id } of left) expect(told.delete(id)).toBe(true)
      if (entry.type === 'USER_JOINED' || entry.type === 'PRESENCE') {
        for (const { id } of joined) {
          expect(told.has(id)).toBe(false)
          told.add(id)
        }
      }
      if (entry.type === 'PRESENCE') expect(total).toBe(told.size)
    }
  }
  const at = (name: string) => ({ epoch: seed.epoch, node: name })
  const here = (name: string, { user, tab }: { user: number; tab: number }) => {
    const connection = `c${user}-${tab}`
    const known = connections.get(connection)
    if (known) known.node = name
    else connections.set(connection, { user: idOf(user), node: name })
    return { connection, userId: idOf(user) }
  }

  await open('north')
  await open('south')
  for (const step of all) {
    switch (step.step) {
      case 'arrive': {
        const outcome = await world.nodes[step.node].arrive(code, { ...at(step.node), ...here(step.node, step.who) })
        if (outcome.outcome !== 'arrived') throw new Error('not let in')
        take(outcome.entries)
        expect(outcome.told).toBe(told.has(idOf(step.who.user)))
        expect(outcome.head).toBe(offset)
        break
      }
      case 'depart': {
        const connection = `c${step.who.user}-${step.who.tab}`
        const { entries } = await world.nodes[step.node].depart(code, { ...at(step.node), connection })
        if (connections.get(connection)?.node === step.node) connections.delete(connection)
        take(entries)
        break
      }
      case 'adopt': {
        const them = step.them.map((each) => here(step.node, each))
        const outcome = await world.nodes[step.node].adopt(code, { ...at(step.node), connections: them })
        if (outcome.outcome !== 'adopted') throw new Error('not adopted')
        take(outcome.entries)
        break
      }
      case 'evict': {
        const { entries } = await world.nodes[step.node].evict(code, step.live)
        for (const [connection, { node: owner }] of [...connections]) if (!step.live.includes(owner)) connections.delete(connection)
        take(entries)
        break
      }
      case 'tell': {
        const { presenceDue: due } = await look(step.node)
        const { entries } = await world.nodes[step.node].tellPresence(code, { ...at(step.node), due })
        take(entries)
        if (due > 0) expect([...told].sort()).toEqual(truth())
        break
      }
      case 'pass':
        await world.pass(step.ms)
        break
      case 'look':
        await look(step.node)
    }
  }
  const { presenceDue: due } = await look('south')
  take((await world.nodes.north.tellPresence(code, { ...at('north'), due })).entries)
  expect([...told].sort()).toEqual(truth())
}

const idOf = (user: number) => `00000000-0000-4000-b000-00000000000${user}`
