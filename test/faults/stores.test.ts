import { afterAll, describe, expect } from 'bun:test'
import { startDistributed } from '../support/distributed'
import { expectOneHistory, linesOf } from '../support/history'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import { insist, startTalk } from '../support/talk'
import { until } from '../support/until'

const stack = await startDistributed({
  gateways: [[0], [1]],
  syncs: 2,
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())
const { nats, postgres, redis } = stack
const fault = faultsOn(stack)

describe('NATS', () => {
  fault('[G12] [G6] away while the host approves: the approval is taken, and arrives once when NATS is back', async ({ guest }) => {
    const [ana, ben] = [await guest('Ana'), await guest('Ben')]
    const { room_code: code, room_id: roomId } = await ana.create({ is_private: true })
    const anas = await ana.enter(code)
    await ben.http.join(ben.token, code)
    const bens = ben.open(code, { lobby: true })
    await bens.next('LOBBY')

    await nats.stop()
    const approved = await ana.http.approve(ana.token, roomId, ben.id)
    await anas.command({ type: 'CHAT_MESSAGE', message: 'chat needs no NATS' })
    await nats.start()
    await bens.next('ROOM_STATE', undefined, 15_000)

    expect(approved).toEqual({ status: 'APPROVED' })
    await anas.next('PARTICIPANT_APPROVED')
    // What comes by NATS after it has come by NATS too: a second arrival of the first would be here by now.
    const cai = await guest('Cai')
    await cai.http.join(cai.token, code)
    await anas.next('PARTICIPANT_PENDING', ({ user }) => user.id === cai.id, 15_000)
    await ana.http.approve(ana.token, roomId, cai.id)
    await anas.next('PARTICIPANT_APPROVED', ({ user }) => user.id === cai.id, 15_000)
    const arrivals = (client: LiveClient) =>
      client.frames.filter((frame) => frame.type === 'PARTICIPANT_APPROVED' && frame.user.id === ben.id).length
    expect([arrivals(anas), arrivals(bens)]).toEqual([1, 1])
    expect(bens.frames.filter(({ type }) => type === 'ROOM_STATE')).toHaveLength(1)
    await expectOneHistory([anas, bens])
  })
})

describe('Redis', () => {
  const outages = {
    frozen: { begin: async () => redis.suspend(), end: async () => redis.resume() },
    killed: { begin: () => redis.kill(), end: () => redis.start() },
  }
  for (const [how, { begin, end }] of Object.entries(outages)) {
    fault(`[G12] ${how} for some seconds: sockets stay, commands are refused for the moment, and all goes on`, async ({ room }) => {
      const { clients, code, host } = await room(3)
      const [hosts] = clients
      const { epoch } = hosts
      await hosts.command({ type: 'PLAY', time: 5 })

      await begin()
      const beganMs = performance.now()
      const refused = await Promise.allSettled(clients.map((client) => client.command({ type: 'CHAT_MESSAGE', message: 'anybody?' })))
      await Promise.all(clients.map((client) => client.next('NOTICE', ({ code }) => code === 'read_only')))
      // One who comes now is told to come again, not that there is no such room.
      const newcomer = await host.open(code).closes()
      await until(() => performance.now() - beganMs > 3_000)
      await end()
      await Promise.all(clients.map((client) => client.next('NOTICE', ({ code }) => code === 'restored', 15_000)))
      const said = await Promise.all(clients.map((client, who) => insist(client, { type: 'CHAT_MESSAGE', message: `still ${who}` })))

      for (const answer of refused) expect(answer).toMatchObject({ status: 'rejected', reason: { retryable: true } })
      expect(newcomer.code).toBe(1013)
      expect(new Set(said).size).toBe(4)
      await expectOneHistory(clients)
      // A server that was started again may lack what it acknowledged last: its rooms go on under another epoch, with all they had.
      expect(hosts.epoch === epoch).toBe(how === 'frozen')
      expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
      // Nobody went away, so nobody is said to have.
      expect(clients.flatMap(({ frames }) => frames).filter(({ type }) => type === 'USER_LEFT')).toEqual([])
    })
  }

  fault('[G12] frozen while one client sends far too much: everything is answered, and nothing is kept for later', async ({ room }) => {
    const { clients } = await room(1)
    const [hosts, bens = hosts] = clients

    redis.suspend()
    const sent = Array.from({ length: 300 }, (_, at) => hosts.command({ type: 'CHAT_MESSAGE', message: `flood ${at}` }))
    const answers = await Promise.allSettled(sent)
    const after = await Promise.allSettled([bens.command({ type: 'CHAT_MESSAGE', message: 'and me?' })])
    redis.resume()
    await hosts.next('NOTICE', ({ code }) => code === 'restored', 15_000)
    const seq = await insist(bens, { type: 'CHAT_MESSAGE', message: 'calm again' })
    await Promise.all(clients.map((client) => client.reaches(seq)))

    for (const answer of [...answers, ...after]) expect(answer).toMatchObject({ status: 'rejected', reason: { retryable: true } })
    // What had been sent to the server may have taken effect all the same, and no more than a socket may have waiting.
    expect(linesOf(bens).filter((line) => line.startsWith('flood')).length).toBeLessThanOrEqual(64)
    await expectOneHistory(clients)
    expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
  })

  fault('[G5] [G12] killed in the middle of a talk: what was acknowledged is there, once', async ({ room }) => {
    const { clients } = await room(3)
    const talk = startTalk(clients)
    await talk.goesOn(5)

    await redis.kill()
    await redis.start()
    await talk.goesOn(5, 20_000)

    const said = await talk.stop()
    await expectOneHistory(clients)
    // What was said before, as far as anybody had heard it; one node's people may be far ahead of the other's.
    const before = new Map(clients.flatMap((client) => untilSnapshot(client).map(({ seq, message }) => [seq, message])))
    const heard = [...before].sort(([one], [other]) => one - other).map(([, message]) => message)
    // It is in the snapshot that the new epoch began with, for those who were told of it first.
    const [first] = clients.toSorted((one, other) => snapshotOf(one).seq - snapshotOf(other).seq)
    const history = snapshotOf(first ?? clients[0]).chat_history.map(({ message }) => message)
    const after = [...history, ...linesOf(first ?? clients[0])]
    expect(new Set([...heard, ...after])).toEqual(new Set(said))
    expect(after).toHaveLength(new Set(after).size)
    // It shows 50. Of each of the four one line may have been heard by nobody yet, and one may have been said there for the first time.
    expect(history).toEqual(expect.arrayContaining(heard.slice(-42)))
  })

  fault('[G4] [G12] back without its data: members are told so by a snapshot of another epoch, and the room goes on', async ({ room }) => {
    const { clients } = await room(3)
    const [hosts] = clients
    const { epoch } = hosts

    await redis.wipe()
    await redis.start()
    const states = await Promise.all(
      clients.map((client) => client.next('ROOM_STATE', (state) => !state.resumed && state.reason === 'epoch', 15_000)),
    )
    await Promise.all(clients.map((client, who) => insist(client, { type: 'CHAT_MESSAGE', message: `new ${who}` })))

    await expectOneHistory(clients)
    expect(new Set(states.map((state) => state.epoch)).size).toBe(1)
    expect(hosts.epoch).not.toBe(epoch)
    expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
    await insist(hosts, { type: 'PLAY', time: 1 })
  })
})

describe('PostgreSQL', () => {
  fault('[G12] away: HTTP says so with 503, rooms go on; back: HTTP does too', async ({ room, guest }) => {
    const { host, clients, code } = await room(2)
    const talk = startTalk(clients)
    await talk.goesOn(2)

    await postgres.stop()
    const asked = host.http.room(host.token, code)
    const came = guest('Late')
    const [askedFor, cameTo] = await Promise.allSettled([asked, came])
    await talk.goesOn(10)

    for (const answer of [askedFor, cameTo]) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { status: 503, problem: { code: 'unavailable', retryable: true } } })
      expect(Number(answer.status === 'rejected' && answer.reason.headers.get('retry-after'))).toBeGreaterThan(0)
    }

    await postgres.start()
    const late = await until(() => guest('Late'), { withinMs: 15_000, everyMs: 100 })
    await until(() => host.http.room(host.token, code), { withinMs: 15_000, everyMs: 100 })
    await talk.stop()
    const lates = await late.join(code)
    await lates.command({ type: 'CHAT_MESSAGE', message: 'at last' })
    await expectOneHistory([...clients, lates])
    expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
  })
})

/** The last snapshot that the client was given. */
function snapshotOf({ frames }: LiveClient) {
  const snapshot = frames.findLast((frame) => frame.type === 'ROOM_STATE' && !frame.resumed)
  if (snapshot?.type !== 'ROOM_STATE' || snapshot.resumed) throw new Error('there was no snapshot')
  return snapshot
}

/** The chat lines that came before that. */
const untilSnapshot = (client: LiveClient) =>
  client.frames.slice(0, client.frames.indexOf(snapshotOf(client))).filter((frame) => frame.type === 'CHAT_MESSAGE')
