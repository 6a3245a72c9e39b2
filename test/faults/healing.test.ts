import { afterAll, describe, expect } from 'bun:test'
import { RedisClient, SQL } from 'bun'
import { sumOf } from '../support/app-process'
import { startDistributed } from '../support/distributed'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import type { Person, Scene } from '../support/scene'
import { faultSeed } from '../support/seed'
import { until } from '../support/until'

const seed = faultSeed()
// Each room's people sit on both nodes. A node asks rooms every 30 s, as by default: what is healed sooner was healed at a reconnect.
const stack = await startDistributed({ gateways: [[0], [1]], syncs: 2, wired: ['nats'], seed: seed.number })
const { nats, redis } = stack
const database = new SQL({ url: stack.roomsDatabaseUrl, max: 1 })
afterAll(async () => {
  await database.close()
  await stack.stop()
})

const soonMs = 10_000

describe(`what was acknowledged reaches every open socket once, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault('[G6] though NATS loses all it has stored before anybody has heard', async (scene) => {
    const here = await privateRoom(scene)
    const wires = [stack.wire('sync 0', 'nats'), stack.wire('sync 1', 'nats')]

    for (const wire of wires) wire.set({ flow: 'lost' })
    await here.changeAll()
    await acknowledged()
    await nats.wipe()
    await nats.start()
    for (const wire of wires) {
      wire.heal()
      wire.reset()
    }
    await here.everythingHasCome()
    // Rows come in any order, and each node is told of each by itself.
    await until(() => here.removals().every((count) => count > 0))

    await here.nothingComesAgain()
    expect(here.removals()).toEqual([1, 1])
    expect(here.cleos.frames.filter(({ type }) => type === 'PARTICIPANT_APPROVED')).toHaveLength(1)
    expect((await here.bens.closes()).code).toBe(1000)
    expect(await healed()).toBeGreaterThan(0)
  })

  fault('[G6] though Redis comes back without anything', async (scene) => {
    const here = await privateRoom(scene)

    await redis.wipe()
    await here.changeAll()
    await redis.start()
    await here.logIsAnother()
    await here.everythingHasCome()

    await here.nothingComesAgain()
    expect((await here.bens.closes()).code).toBe(4404)
    expect(new Set([here.anas, here.dans, here.cleos].map(({ epoch }) => epoch)).size).toBe(1)
  })

  fault('[G6] though Redis is emptied while it happens, and nobody is disconnected', async (scene) => {
    const here = await privateRoom(scene)
    const eraser = new RedisClient(redis.url)

    await Promise.all([eraser.send('FLUSHALL', []), here.changeAll()])
    eraser.close()
    await here.logIsAnother()
    await here.everythingHasCome()

    await here.nothingComesAgain()
    expect([1000, 4404]).toContain((await here.bens.closes()).code)
  })

  fault('[G6] though both lose everything, before anybody has heard', async (scene) => {
    const here = await privateRoom(scene)

    redis.suspend()
    // Until the nodes have seen it they would take facts, and fail.
    await Promise.all([here.anas, here.dans].map((client) => client.next('NOTICE', ({ code }) => code === 'read_only')))
    await here.changeAll()
    await acknowledged()
    await Promise.all([nats.wipe(), redis.wipe()])
    await Promise.all([nats.start(), redis.start()])
    await here.logIsAnother()
    await here.everythingHasCome()

    await here.nothingComesAgain()
    expect((await here.bens.closes()).code).toBe(4404)
  })
})

/** Ana's private room on both nodes: Ben and Dan are in, Cleo waits. */
async function privateRoom(scene: Scene) {
  const [ana, ben, cleo, dan] = [
    await scene.guest('Ana', 0),
    await scene.guest('Ben', 1),
    await scene.guest('Cleo', 1),
    await scene.guest('Dan', 1),
  ]
  const { room_code: code, room_id: roomId } = await ana.create({ is_private: true, name: 'Cinema' })
  const anas = await ana.enter(code)
  const letIn = async (person: Person) => {
    await person.http.join(person.token, code)
    await ana.http.approve(ana.token, roomId, person.id)
    return person.enter(code)
  }
  const [bens, dans] = [await letIn(ben), await letIn(dan)]
  await cleo.http.join(cleo.token, code)
  const cleos = cleo.open(code, { lobby: true })
  await cleos.next('LOBBY')
  await anas.next('PARTICIPANT_PENDING', ({ user }) => user.id === cleo.id)
  await anas.reaches(dans.seq)
  const all = [anas, dans, cleos]

  return {
    anas,
    bens,
    cleos,
    dans,
    /** Cleo is let in, Ben leaves, the room gets another name: each is acknowledged to its caller. */
    changeAll: () =>
      Promise.all([
        ana.http.approve(ana.token, roomId, cleo.id),
        ben.http.leave(ben.token, roomId),
        ana.http.update(ana.token, code, { name: 'Palace' }),
      ]),
    /** Resolves when Ana and Dan have been told that their log is gone. */
    logIsAnother: () =>
      Promise.all([anas, dans].map((client) => client.next('ROOM_STATE', (state) => !state.resumed && state.reason === 'epoch', soonMs))),
    async everythingHasCome() {
      await cleos.next('ROOM_STATE', undefined, soonMs)
      await bens.closes(soonMs)
      await until(() => all.every((client) => namesSeen(client).at(-1) === 'Palace') && tellsOfApproval(anas, cleo.id) > 0, {
        withinMs: soonMs,
      })
    },
    /** What comes by NATS now comes after everything that was under way: what came twice would be here. */
    async nothingComesAgain() {
      await until(() => ana.http.update(ana.token, code, { name: 'Odeon' }))
      await until(() => all.every((client) => namesSeen(client).at(-1) === 'Odeon'), { withinMs: soonMs })
      await acknowledged()
      expect([anas, dans].map(namesSeen)).toEqual(Array(2).fill(['Cinema', 'Palace', 'Odeon']))
      expect(namesSeen(cleos).slice(-2)).toEqual(['Palace', 'Odeon'])
      expect(tellsOfApproval(anas, cleo.id)).toBe(1)
      // Where she was in before the log was gone, she was told of that too.
      expect(cleos.frames.filter((frame) => frame.type === 'ROOM_STATE' && (frame.resumed || frame.reason !== 'epoch'))).toHaveLength(1)
      expect(Math.max(...removalsOf(ben.id))).toBeLessThanOrEqual(1)
      expect(all.every(({ isOpen }) => isOpen)).toBe(true)
      await Promise.all([dans.reaches(anas.seq), cleos.reaches(anas.seq)])
      for (const client of all) client.check()
    },
    removals: () => removalsOf(ben.id),
  }

  /** How often Ana and Dan were told that somebody has left for good. */
  function removalsOf(userId: string): readonly number[] {
    return [anas, dans].map(
      ({ frames }) => frames.filter((frame) => frame.type === 'PARTICIPANT_REMOVED' && frame.user.id === userId).length,
    )
  }
}

/** The names of the room, as the client was told them: an event counts each time, a snapshot when it says something else than before. */
function namesSeen({ frames }: LiveClient): readonly string[] {
  const names: string[] = []
  for (const frame of frames) {
    if (frame.type === 'ROOM_UPDATED') names.push(frame.room.name)
    else if (frame.type === 'ROOM_STATE' && !frame.resumed && names.at(-1) !== frame.room.name) names.push(frame.room.name)
    else if (frame.type === 'LOBBY') names.push(frame.room.name)
  }
  return names
}

/** How often a host was told that somebody is let in: by a frame, or by a snapshot in which it waits no longer. */
function tellsOfApproval({ frames }: LiveClient, userId: string): number {
  let waits = false
  let tells = 0
  for (const frame of frames) {
    if (frame.type === 'PARTICIPANT_PENDING' && frame.user.id === userId) waits = true
    else if (frame.type === 'PARTICIPANT_APPROVED' && frame.user.id === userId) {
      tells += 1
      waits = false
    } else if (frame.type === 'ROOM_STATE' && !frame.resumed) {
      const stillWaits = (frame.pending ?? []).some(({ id }) => id === userId)
      if (waits && !stillWaits) tells += 1
      waits = stillWaits
    }
  }
  return tells
}

/** Resolves when NATS has acknowledged every fact, so that rooms has forgotten it. */
async function acknowledged(): Promise<void> {
  await until(async () => (await database`select id from outbox`).length === 0, { withinMs: soonMs })
}

const healed = (): Promise<number> => sumOf(stack.syncs, 'sync_rows_healed_total')
