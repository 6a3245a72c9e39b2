import { describe, expect, test } from 'bun:test'
import { mostRoomsAsked } from '@matinee/contracts'
import type { RoomLog } from '../ports'
import { createHealing } from './healing'
import { applyParticipant, applyRoom } from './rows'
import { ana, ben, cleo, code, createStage, dora, leaseMs, type StagedNode, settled } from './stage.fixture'

/** A host, a member and one who waits, all here, at a node that has heard of everything so far. */
async function setup() {
  const stage = createStage()
  const node = await stage.node()
  const host = await node.enter(ana)
  const member = await node.enter(ben)
  const waiting = node.open(cleo, { lobby: true })
  await waiting.next('LOBBY')
  await settled()
  const { owner } = stage
  return {
    ...stage,
    node,
    host,
    member,
    waiting,
    /** Changes everything at the owner, and tells nobody. */
    changeAll: () => ({
      approved: owner.put(cleo, { standing: 'APPROVED' }),
      left: owner.put(ben, { standing: 'LEFT' }),
      renamed: owner.putRoom({ name: 'Palace' }),
    }),
  }
}
type Changes = ReturnType<Awaited<ReturnType<typeof setup>>['changeAll']>

const heal = async ({ node }: StagedNode) => {
  await node.healing.heal()
  await settled()
}
const told = ['PARTICIPANT_PENDING', 'PARTICIPANT_APPROVED', 'PARTICIPANT_REMOVED', 'ROOM_UPDATED']
const news = (client: { types(): readonly string[] }) => client.types().filter((type) => told.includes(type))

async function bringLate({ node }: StagedNode, { approved, left, renamed }: Changes): Promise<void> {
  for (const row of [approved, left]) await applyParticipant(node.context, row)
  await applyRoom(node.context, renamed)
  await settled()
}

describe('healing', () => {
  test('[HE2] an approval, a removal and a setting that no fact told of are told once', async () => {
    const { node, host, member, waiting, changeAll } = await setup()
    changeAll()

    await heal(node)

    expect(news(host).sort()).toEqual(['PARTICIPANT_APPROVED', 'PARTICIPANT_REMOVED', 'ROOM_UPDATED'])
    expect(member.closed).toMatchObject({ code: 1000 })
    expect(waiting.types()).toContain('ROOM_STATE')
    expect(waiting.types().filter((type) => type === 'PARTICIPANT_APPROVED')).toHaveLength(1)
  })

  test('[HE2] what facts tell of too, before, meanwhile or later, is told once', async () => {
    const { node, host, changeAll } = await setup()
    const changes = changeAll()
    await applyParticipant(node.node.context, changes.approved)

    await Promise.all([heal(node), applyParticipant(node.node.context, changes.left), heal(node)])
    await bringLate(node, changes)
    await heal(node)

    expect(news(host).sort()).toEqual(['PARTICIPANT_APPROVED', 'PARTICIPANT_REMOVED', 'ROOM_UPDATED'])
  })

  test('[HE2] several nodes that ask at once tell it once, each to its own', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const [host, member] = [await north.enter(ana), await south.enter(ben)]
    stage.owner.putRoom({ name: 'Palace' })

    await Promise.all([heal(north), heal(south)])

    expect([news(host), news(member)]).toEqual([['ROOM_UPDATED'], ['ROOM_UPDATED']])
  })

  test('[HE3] it asks from where the log has followed the owner, which what has been healed raises, for every node', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    await north.enter(ana)
    stage.owner.putRoom({ name: 'Palace' })
    const after = () => stage.owner.questions.at(-1)?.map(({ after }) => after)

    await heal(north)
    const first = after()
    await heal(north)
    const second = after()
    await south.enter(ben)
    await heal(south)

    // Three people had been put in before the log was made.
    expect([first, second, after()]).toEqual([[13], [14], [14]])
  })

  test('[HE3] a row that a fact brought does not hide one before it that none did', async () => {
    const { node, host, changeAll } = await setup()
    const { renamed } = changeAll()
    await applyRoom(node.node.context, renamed)

    await heal(node)

    expect(news(host).sort()).toEqual(['PARTICIPANT_APPROVED', 'PARTICIPANT_REMOVED', 'ROOM_UPDATED'])
  })

  test('[HE5] a log that a member has made shows the host those who wait, and tells of nobody who was let in before', async () => {
    const stage = createStage()
    const { enter, decide } = await stage.node()
    await enter(ben)
    await decide(ana, 'APPROVED', { display_name: 'Anna' })

    const host = await enter(ana)

    expect(host.got[0]).toMatchObject({ type: 'ROOM_STATE', pending: [{ id: cleo }] })
    expect(host.types()).toEqual(['ROOM_STATE'])
  })

  test('[HE5] nor of one who is let in while its owner is asked, whose fact comes later', async () => {
    const stage = createStage()
    const node = await stage.node()
    const asking = stage.owner.hold()
    const member = node.open(ben)
    await settled()

    const approved = stage.owner.put(cleo, { standing: 'APPROVED' })
    asking.release()
    await member.next('ROOM_STATE')
    const host = await node.enter(ana)
    await applyParticipant(node.node.context, approved)
    await settled()

    expect(host.got[0]).toMatchObject({ type: 'ROOM_STATE', pending: [] })
    expect(host.types()).toEqual(['ROOM_STATE'])
  })

  test('[HE6] asked for while it is under way, however often, it is done once more', async () => {
    const { node, owner } = await setup()
    const holding = owner.hold()

    const first = heal(node)
    await settled()
    const all = [first, heal(node), heal(node), heal(node)]
    await settled()
    const before = owner.questions.length
    holding.release()
    await Promise.all(all)

    expect([before, owner.questions.length]).toEqual([1, 2])
  })

  test('[HE6] while the log is away nothing is asked, and without rooms neither', async () => {
    const { node, owner } = await setup()
    node.tap.setConnected(false)
    await heal(node)
    const idle = createStage()
    await heal(await idle.node())

    expect([...owner.questions, ...idle.owner.questions]).toEqual([])
  })

  test('[HE6] that there was nothing to ask about does not keep the next one from asking', async () => {
    const stage = createStage()
    const node = await stage.node()
    await heal(node)
    const host = await node.enter(ana)
    stage.owner.putRoom({ name: 'Palace' })

    await heal(node)

    expect(news(host)).toEqual(['ROOM_UPDATED'])
  })

  test('[HE6] what could not be asked, put to the log or vouched for is for the next time', async () => {
    const { node, owner, host, changeAll } = await setup()
    const { approved } = changeAll()

    owner.setAway(true)
    await heal(node)
    owner.setAway(false)
    for (const call of ['applyParticipant', 'vouch'] as const) {
      node.tap.refuse(call)
      await heal(node)
      node.tap.accept()
    }
    await heal(node)

    expect(news(host).sort()).toEqual(['PARTICIPANT_APPROVED', 'PARTICIPANT_REMOVED', 'ROOM_UPDATED'])
    expect(owner.questions.map(([room]) => room?.after)).toEqual([13, 13, 13, 13])
    await heal(node)
    expect(owner.questions.at(-1)?.[0]?.after).toBeGreaterThan(approved.version)
  })

  test('[HE6] a row that cannot be applied keeps no other back, and is tried again', async () => {
    const { node, owner, host, changeAll } = await setup()
    const { context } = node.node
    let broken = true
    const log: RoomLog = {
      ...context.log,
      async applyParticipant(row, asOf) {
        if (broken && row.user_id === cleo) throw new Error('this one cannot be digested')
        return context.log.applyParticipant(row, asOf)
      },
    }
    const healing = createHealing({ ...context, log })
    changeAll()

    await healing.heal()
    const first = news(host).sort()
    broken = false
    await healing.heal()

    expect(first).toEqual(['PARTICIPANT_REMOVED', 'ROOM_UPDATED'])
    expect(news(host).sort()).toEqual(['PARTICIPANT_APPROVED', 'PARTICIPANT_REMOVED', 'ROOM_UPDATED'])
    expect(owner.questions.map(([room]) => room?.after)).toEqual([13, 13])
  })

  test('[HE6] once it is stopped nothing is asked any more', async () => {
    const { node, owner } = await setup()
    const holding = owner.hold()
    const under = [node.node.healing.heal(), node.node.healing.heal()]
    await settled()

    const stopped = node.node.healing.stop()
    holding.release()
    await Promise.all([stopped, ...under])
    await heal(node)

    expect(owner.questions).toHaveLength(1)
  })

  test('[HE7] more than one answer holds is asked for, answer by answer', async () => {
    const { node, owner, host, changeAll } = await setup()
    owner.setPageLength(1)
    changeAll()
    owner.put(dora, { standing: 'PENDING' })

    await heal(node)

    expect(news(host).sort()).toEqual(['PARTICIPANT_APPROVED', 'PARTICIPANT_PENDING', 'PARTICIPANT_REMOVED', 'ROOM_UPDATED'])
    expect(owner.questions).toHaveLength(3)
  })

  test('[HE7] one that can take nothing is asked about once, however much more there is', async () => {
    const { node, owner, changeAll } = await setup()
    owner.setPageLength(1)
    changeAll()
    node.tap.refuse('vouch')

    await heal(node)

    expect(owner.questions).toHaveLength(1)
  })

  test('[HE1] it asks when the log is back, and when its lease had run out', async () => {
    const { node, owner, host, clock } = await setup()
    const names = () => host.got.flatMap((frame) => (frame.type === 'ROOM_UPDATED' ? [frame] : []))
    owner.putRoom({ name: 'Palace' })
    node.tap.setConnected(false)
    node.tap.setConnected(true)
    await host.next('ROOM_UPDATED')

    owner.putRoom({ name: 'Odeon' })
    clock.advance(leaseMs)
    await node.node.upkeep.beat()
    await host.next('ROOM_UPDATED')

    expect(names()).toMatchObject([{ room: { name: 'Palace' } }, { room: { name: 'Odeon' } }])
  })

  test('[HE1] a node asks about its rooms in one question', async () => {
    const { node, owner } = await setup()

    await heal(node)

    expect(owner.questions).toEqual([[{ room_code: code, after: 13 }]])
    expect(mostRoomsAsked).toBe(500)
  })
})

describe('a log that has lost everything', () => {
  test('[HE8] everything that had changed meanwhile is in the snapshot, and is not told again', async () => {
    const { node, host, member, waiting, changeAll, loseLog } = await setup()
    loseLog()
    const changes = changeAll()

    await node.node.upkeep.reconnected()
    await settled()
    await bringLate(node, changes)
    await heal(node)

    expect(host.got.at(-1)).toMatchObject({ type: 'USER_JOINED', user: { id: cleo } })
    const state = host.got.findLast(({ type }) => type === 'ROOM_STATE')
    expect(state).toMatchObject({ reason: 'epoch', room: { name: 'Palace' }, pending: [] })
    expect(news(host)).toEqual([])
    expect(member.closed).toMatchObject({ code: 4404 })
    expect(await waiting.next('ROOM_STATE')).toMatchObject({ room: { name: 'Palace' } })
  })

  test('[HE1] a fact that came while there was no log to take it is made up for at once', async () => {
    const { node, owner, host, member, loseLog } = await setup()
    loseLog()
    const answering = owner.hold()
    const recovered = node.node.upkeep.reconnected()
    await settled()
    await applyParticipant(node.node.context, owner.put(ben, { standing: 'REMOVED' }))
    answering.release()

    await recovered
    await settled()

    expect(await member.over()).toBe(4411)
    expect(host.got.findLast(({ type }) => type === 'ROOM_STATE')).toMatchObject({ reason: 'epoch' })
  })

  test('[HE4] a fact from before that comes late brings nobody back', async () => {
    const { node, owner, loseLog } = await setup()
    const joined = owner.put(dora, { standing: 'APPROVED' })
    owner.put(dora, { standing: 'LEFT' })
    loseLog()
    await node.node.upkeep.reconnected()
    await settled()

    await applyParticipant(node.node.context, joined)
    const client = node.open(dora)

    expect(await client.over()).toBe(4404)
  })
})
