import { afterAll, describe, expect } from 'bun:test'
import { startDistributed } from '../support/distributed'
import { expectOneHistory } from '../support/history'
import { faultsOn } from '../support/journey'
import { startParty } from '../support/party'
import { faultSeed } from '../support/seed'
import { until } from '../support/until'

// The first gateway uses the first auth and the first rooms, the second the second.
const seed = faultSeed()
const stack = await startDistributed({
  ...{ gateways: [[0], [0]], syncs: 1, auths: 2, rooms: 2 },
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())
const fault = faultsOn(stack)
const [gateway] = stack.gateways
const [, socketUrl = ''] = stack.socketUrls
if (!gateway) throw new Error('there should be a gateway')

describe(`replicas, with FAULT_SEED=${seed.text}`, () => {
  fault('[G10] a gateway that is asked to go sends its clients away in time, who resume at another', async ({ room, guest }) => {
    const { host, code, clients } = await room(1)
    const [hosts, guests = hosts] = clients
    const third = await guest('Third', 0)
    const thirds = await third.join(code)
    await hosts.command({ type: 'CHAT_MESSAGE', message: 'before' })

    const going = gateway.terminate()
    const [{ after_ms: afterMs }, ending, another] = [await hosts.next('RECONNECT'), await hosts.closes(), await thirds.closes()]
    await guests.command({ type: 'CHAT_MESSAGE', message: 'while away' })
    const back = host.open(code, { url: socketUrl, since: hosts.place })
    const state = await back.next('ROOM_STATE')
    await back.command({ type: 'CHAT_MESSAGE', message: 'back' })
    const { exitCode, tookMs } = await going

    expect(afterMs).toBeLessThanOrEqual(500)
    expect([ending.code, another.code]).toEqual([1012, 1012])
    expect(state).toMatchObject({ resumed: true, seq: hosts.seq })
    expect(exitCode).toBe(0)
    expect(tookMs).toBeLessThan(30_000)
    await expectOneHistory([guests, back])
    await gateway.start()
  })

  fault('[G10] a gateway that goes spreads its clients over the drain window; they resume at another, and miss nothing', async (scene) => {
    const [first, second] = stack.socketUrls
    if (!first || !second) throw new Error('there should be two gateways')
    const party = await startParty({
      scene,
      random: seed.random('drain'),
      guests: 23,
      talkers: 6,
      pauseMs: 20,
      urlsOf: () => [first, second],
    })
    await party.goesOn(3)

    const going = gateway.terminate()
    await until(() => party.viewers.every(({ endings }) => endings.length > 0))
    await party.goesOn(3)
    await going
    await gateway.start()
    const { clients } = await party.settles()

    const told = clients.flatMap(({ frames }) => frames.filter((text) => text.includes('"type":"RECONNECT"')))
    const afterMs = told.map((text): number => JSON.parse(text).after_ms)
    const states = clients.map(({ frames }) => frames.filter((text) => text.includes('"type":"ROOM_STATE"')).slice(1))
    expect(party.viewers.map(({ endings }) => endings.map(({ code }) => code))).toEqual(Array(24).fill([1012]))
    expect(afterMs).toHaveLength(24)
    // Of a window of 500 ms: nobody later, and neither half of it without anybody.
    expect(Math.max(...afterMs)).toBeLessThanOrEqual(500)
    expect(afterMs.filter((ms) => ms < 250).length).toBeWithin(1, 24)
    expect(states.flat().filter((text) => !text.includes('"resumed":true'))).toEqual([])
    expect(clients.flatMap(({ frames }) => frames).filter((text) => text.includes('"type":"USER_LEFT"'))).toEqual([])
    await party.ends()
  })

  for (const [name, replicas] of [
    ['auth', stack.auths],
    ['rooms', stack.rooms],
  ] as const) {
    fault(
      `${name}, one of two replicas killed: its gateway says so until it is back, the other serves on; live rooms notice nothing`,
      async ({ room, guest }) => {
        const { host, guests, code, clients } = await room(1)
        const [ben] = guests
        if (!ben) throw new Error('nobody came')
        const [replica] = replicas
        const ask = (who: typeof ben): Promise<unknown> => (name === 'auth' ? who.http.me(who.token) : who.http.room(who.token, code))

        await replica?.kill()
        const [dead, alive] = await Promise.allSettled([ask(host), ask(ben)])
        await clients[0].command({ type: 'CHAT_MESSAGE', message: 'live' })
        await replica?.start()
        await until(() => ask(host))

        expect(dead).toMatchObject({ status: 'rejected', reason: { status: 503, code: 'unavailable' } })
        expect(alive.status).toBe('fulfilled')
        const late = await guest('Late', 0)
        await expectOneHistory([...clients, await late.join(code)])
      },
    )
  }
})
