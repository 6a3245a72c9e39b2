import type { Standing } from '@matinee/contracts'
import * as fc from 'fast-check'
import { ana, ben, cleo, nobody } from './stage'

export const users = [ana, ben, cleo, nobody] as const
export const nodes = ['north', 'south'] as const
const standings: readonly Standing[] = ['PENDING', 'APPROVED', 'APPROVED', 'DENIED', 'LEFT', 'REMOVED']

const node = fc.constantFrom(...nodes)
// Ana and Ben, who may, come up more often than the others.
const user = fc.constantFrom(...users, ana, ben)
const commandId = fc.option(fc.constantFrom('id 1', 'id 2', 'id 3'), { nil: undefined })
const connection = fc.record({ user, number: fc.integer({ min: 1, max: 7 }) })
const news = fc.constantFrom('newer', 'newer', 'newer', 'same', 'older')

const say = fc.record({ step: fc.constant('say'), node, user, commandId, chat: fc.boolean(), length: fc.constantFrom(9, 9, 9, 3_000) })
const steps = {
  say,
  play: fc.record({ step: fc.constant('play'), node, user, commandId, ahead: fc.constantFrom(0, 0, 0, -1, 1) }),
  together: fc.record({ step: fc.constant('together'), lines: fc.array(say, { minLength: 2, maxLength: 6 }) }),
  fill: fc.record({ step: fc.constant('fill'), node, count: fc.integer({ min: 20, max: 150 }) }),
  arrive: fc.record({ step: fc.constant('arrive'), node, connection }),
  depart: fc.record({ step: fc.constant('depart'), node, connection }),
  adopt: fc.record({
    step: fc.constant('adopt'),
    node,
    connections: fc.uniqueArray(connection, { maxLength: 4, selector: JSON.stringify }),
  }),
  evict: fc.record({ step: fc.constant('evict'), node, live: fc.subarray([...nodes]) }),
  member: fc.record({
    step: fc.constant('member'),
    node,
    user,
    news,
    standing: fc.constantFrom(...standings),
    role: fc.constantFrom('host', 'moderator', 'member'),
    name: fc.constantFrom('A', 'B "☾"'),
  }),
  room: fc.record({
    step: fc.constant('room'),
    node,
    news,
    name: fc.constantFrom('One', 'Two "☾"'),
    chat: fc.boolean(),
    active: fc.constantFrom(true, true, false),
    media: fc.constantFrom('first', 'second', undefined),
    control: fc.constantFrom('host', 'moderators', 'everyone'),
    host: fc.constantFrom(ana, ana, ben),
    choice: fc.option(fc.record({ user_id: user, command_id: fc.constantFrom('id 1', 'id 2', 'id 3') }), { nil: null }),
  }),
  read: fc.record({
    step: fc.constant('read'),
    node,
    back: fc.integer({ min: -1, max: 300 }),
    note: fc.integer({ min: 0, max: 2 }),
    limit: fc.integer({ min: 1, max: 500 }),
  }),
  open: fc.record({ step: fc.constant('open'), node }),
  close: fc.record({ step: fc.constant('close'), node }),
}

/** What a server, or a process that keeps the log in its memory, may do. */
const faults = {
  /** The data stay, the server reigns anew. */
  restart: fc.record({ step: fc.constant('restart') }),
  /** What a replica has got so far. */
  replicate: fc.record({ step: fc.constant('replicate') }),
  /** That replica is promoted. */
  failover: fc.record({ step: fc.constant('failover') }),
  /** A node goes, and another comes under its name. */
  replace: fc.record({ step: fc.constant('replace'), node }),
  /** Everything is lost. */
  lose: fc.record({ step: fc.constant('lose') }),
}

type ValueOf<T> = T extends fc.Arbitrary<infer Value> ? Value : never
/** One thing that happens to a room. */
export type Step = ValueOf<(typeof steps)[keyof typeof steps] | (typeof faults)[keyof typeof faults]>
export type ModelConnection = ValueOf<typeof connection>

export type Fault = keyof typeof faults

/** What happens to a room, in order, and which faults there may be meanwhile. */
export function arbitrarySteps(possible: readonly Fault[]): fc.Arbitrary<readonly Step[]> {
  const usual = [...Object.values(steps), steps.say, steps.say, steps.play, steps.arrive, steps.arrive, steps.member]
  const weighted = usual.map((arbitrary) => ({ arbitrary: arbitrary as fc.Arbitrary<Step>, weight: 6 }))
  const rare = possible.map((fault) => ({ arbitrary: faults[fault] as fc.Arbitrary<Step>, weight: 3 }))
  return fc.array(fc.oneof(...weighted, ...rare), { maxLength: 60, size: 'max' })
}
