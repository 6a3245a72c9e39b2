import { afterAll, describe, expect } from 'bun:test'
import { RedisClient } from 'bun'
import { startDistributed } from '../support/distributed'
import { expectOneHistory } from '../support/history'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import type { Scene } from '../support/scene'
import { insist } from '../support/talk'

// Short rooms: what is behind the latest hundred events is soon gone.
const stack = await startDistributed({
  gateways: [[0], [1]],
  syncs: 2,
  environment: { sync: { LIMITS: 'off', WINDOW_EVENTS: '100', WINDOW_MS: '0' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())

const [, other] = stack.syncs
if (!other) throw new Error('there should be two nodes')

describe('one who was away for longer than the log remembers', () => {
  const fault = faultsOn(stack)

  fault('[G4] [LG7] starts over with a snapshot that says so, and has all from there on', async (scene) => {
    const { state, everybody } = await comesBack(scene, 400)

    expect(state).toMatchObject({ resumed: false, reason: 'window' })
    await expectOneHistory(everybody)
  })

  fault('[G3] [LG6] is given all of it while the log still has it', async (scene) => {
    const { state, everybody } = await comesBack(scene, 50)

    expect(state).toMatchObject({ resumed: true })
    await expectOneHistory(everybody)
  })

  fault('[G4] [LG7] is not given a part of it when somebody has cut the log short by hand', async ({ room, guest }) => {
    const { code, clients } = await room(1)
    const ben = await guest('Ben')
    const before = await ben.join(code)
    const since = before.place
    before.drop()
    for (let line = 0; line < 30; line++) await insist(clients[0], { type: 'CHAT_MESSAGE', message: `line ${line}` })
    const operator = new RedisClient(stack.redis.url)
    await operator.send('XTRIM', [`{${code}}:log`, 'MAXLEN', '10'])
    operator.close()

    // By the other gateway, and a node that has heard nothing of it.
    await other.kill()
    await other.start()
    const back = ben.open(code, { since, url: stack.socketUrls[1] ?? '' })
    const state = await back.next('ROOM_STATE')
    await back.command({ type: 'CHAT_MESSAGE', message: 'whole again' })

    expect(state).toMatchObject({ resumed: false, reason: 'window' })
    await expectOneHistory([...clients, back])
  })
})

/** Ben is away while the others say so many lines, at once; then he comes back, and says something. */
async function comesBack({ room, guest }: Scene, lines: number) {
  const { code, clients } = await room(3)
  const ben = await guest('Ben')
  const before = await ben.join(code)
  const since = before.place
  before.drop()
  const say = async (client: LiveClient, who: number) => {
    for (let line = who; line < lines; line += clients.length) await insist(client, { type: 'CHAT_MESSAGE', message: `line ${line}` })
  }
  await Promise.all(clients.map(say))

  const back = ben.open(code, { since })
  const state = await back.next('ROOM_STATE')
  await back.command({ type: 'CHAT_MESSAGE', message: 'what have I missed?' })
  return { state, everybody: [...clients, back] }
}
