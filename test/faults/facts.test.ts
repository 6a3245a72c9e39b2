import { afterAll, describe, expect } from 'bun:test'
import { connect, type StoredMsg } from 'nats'
import { sumOf } from '../support/app-process'
import { startDistributed } from '../support/distributed'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import type { Person, Scene } from '../support/scene'
import { faultSeed } from '../support/seed'
import { until } from '../support/until'

const seed = faultSeed()
const stack = await startDistributed({ gateways: [[0], [1]], syncs: 2, wired: ['nats'], seed: seed.number })
const operator = await connect({ servers: stack.nats.url })
afterAll(async () => {
  await operator.close()
  await stack.stop()
})

describe(`facts, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault('that come again, long after and in another order, change nothing and are told to nobody', async (scene) => {
    const { ana, anas, bens, code, roomId, lets } = await privateRoom(scene)
    await lets(bens.person, bens.client)
    const dan = await scene.guest('Dan')
    await dan.http.join(dan.token, code)
    await anas.next('PARTICIPANT_PENDING', ({ user }) => user.id === dan.id)
    await ana.http.deny(ana.token, roomId, dan.id)
    await anas.next('PARTICIPANT_DENIED', ({ user }) => user.id === dan.id)

    // Without the id by which NATS knows what it has had, as after its two minutes.
    for (const { subject, data } of (await factsOf(code)).reverse()) await operator.jetstream().publish(subject, data)
    await allHandled()
    const cai = await scene.guest('Cai')
    const cais = await waits(cai, code)
    // Two nodes take facts beside each other: that he is let in could overtake that he asks.
    await anas.next('PARTICIPANT_PENDING', ({ user }) => user.id === cai.id)
    await lets(cai, cais)

    const told = (client: LiveClient) => client.frames.map(({ type }): string => type).filter((type) => type.startsWith('PARTICIPANT_'))
    expect(told(anas)).toEqual(['PENDING', 'APPROVED', 'PENDING', 'DENIED', 'PENDING', 'APPROVED'].map((what) => `PARTICIPANT_${what}`))
    expect(told(bens.client)).toEqual(['PARTICIPANT_APPROVED'])
    expect(bens.client.frames.filter(({ type }) => type === 'ROOM_STATE')).toHaveLength(1)
  })

  fault('that nobody can take are kept aside, and those after them are not held up', async (scene) => {
    const { bens, code, lets } = await privateRoom(scene)
    const aside: string[] = []
    operator.subscribe('rooms.dead', { callback: (_, message) => aside.push(message.string()) })
    const [sample] = await factsOf(code)
    if (!sample) throw new Error('the room has no facts')
    const poison = JSON.stringify({ ...sample.json<object>(), id: crypto.randomUUID(), data: { participant: { version: 'bad' } } })

    for (const text of [poison, 'no event at all']) await operator.jetstream().publish('rooms.participant.approved', text)
    await lets(bens.person, bens.client)
    const asideBefore = [...aside]
    await until(() => aside.length === 2, { withinMs: 20_000 })
    const deadOf = () => sumOf(stack.syncs, 'sync_facts_dead_total')
    await until(async () => (await deadOf()) >= 2)

    // Ten times it is tried, for five seconds.
    expect(asideBefore).not.toContain(poison)
    expect(aside.sort()).toEqual([poison, 'no event at all'].sort())
    expect(await deadOf()).toBe(2)
  })

  fault('that NATS cannot bring, for its network swallows them, arrive once when it is sound again', async (scene) => {
    const { ana, anas, bens, roomId } = await privateRoom(scene)
    const wires = [stack.wire('sync 0', 'nats'), stack.wire('sync 1', 'nats')]

    for (const wire of wires) wire.set({ flow: 'lost' })
    await ana.http.approve(ana.token, roomId, bens.person.id)
    for (const wire of wires) wire.heal()
    await bens.client.next('ROOM_STATE', undefined, 35_000)
    await anas.next('PARTICIPANT_APPROVED')
    await allHandled()

    expect(anas.frames.filter(({ type }) => type === 'PARTICIPANT_APPROVED')).toHaveLength(1)
  })
})

/** Ana's private room, with Ben in its lobby. */
async function privateRoom(scene: Scene) {
  const [ana, ben] = [await scene.guest('Ana'), await scene.guest('Ben')]
  const { room_code: code, room_id: roomId } = await ana.create({ is_private: true })
  const anas = await ana.enter(code)
  const client = await waits(ben, code)
  await anas.next('PARTICIPANT_PENDING', ({ user }) => user.id === ben.id)
  /** Ana lets somebody in; resolves when both know. */
  const lets = async (person: Person, theirs: LiveClient) => {
    await ana.http.approve(ana.token, roomId, person.id)
    await theirs.next('ROOM_STATE')
    await anas.next('PARTICIPANT_APPROVED', ({ user }) => user.id === person.id)
  }
  return { ana, anas, bens: { person: ben, client }, code, roomId, lets }
}

async function waits(person: Person, code: string): Promise<LiveClient> {
  await person.http.join(person.token, code)
  const client = person.open(code, { lobby: true })
  await client.next('LOBBY')
  return client
}

/** What NATS has stored of the room, oldest first. */
async function factsOf(code: string): Promise<StoredMsg[]> {
  const { streams } = await operator.jetstreamManager()
  const { first_seq: first, last_seq: last } = (await streams.info('ROOMS')).state
  const facts: StoredMsg[] = []
  for (let seq = first; seq <= last; seq++) facts.push(await streams.getMessage('ROOMS', { seq }))
  return facts.filter((message) => message.string().includes(code))
}

/** Resolves when the nodes have taken, or set aside, all there is. */
async function allHandled(): Promise<void> {
  const manager = await operator.jetstreamManager()
  await until(
    async () => {
      const { num_pending: waiting, num_ack_pending: underWay } = await manager.consumers.info('ROOMS', 'sync')
      return waiting + underWay === 0
    },
    { withinMs: 30_000 },
  )
}
