import { describe, expect, test } from 'bun:test'
import { ana, ben, code, createStage, settled } from './stage.fixture'

const presence = (types: readonly string[]) => types.filter((type) => type.startsWith('USER_'))

describe('presence', () => {
  test('[PR1] a person joins with the first tab and leaves with the last', async () => {
    const { enter, pass } = await createStage().node()
    const host = await enter(ana)

    const [first, second] = [await enter(ben), await enter(ben)]
    first.leaves(1000)
    await pass(1_000)
    const afterTheFirst = presence(host.types())
    second.leaves(1000)
    await pass(1_000)

    expect(afterTheFirst).toEqual(['USER_JOINED'])
    expect(presence(host.types())).toEqual(['USER_JOINED', 'USER_LEFT'])
    expect(host.got.at(-1)).toMatchObject({ type: 'USER_LEFT', user: { id: ben, display_name: 'Ben', role: 'member' } })
  })

  test('[PR1] tabs on two nodes are one person', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)

    const first = await north.enter(ben)
    await south.enter(ben)
    first.leaves(1000)
    await north.pass(1_000)

    expect(presence(host.types())).toEqual(['USER_JOINED'])
  })

  test.each([
    [1000, 1_000],
    [1001, 1_000],
    [1005, 1_000],
    [1006, 6_000],
    [1009, 6_000],
  ])('[PR2] after a close with %d one counts as present for %d ms', async (closeCode, graceMs) => {
    const { enter, pass } = await createStage().node()
    const host = await enter(ana)
    const client = await enter(ben)

    client.leaves(closeCode)
    await pass(graceMs - 1)
    const before = presence(host.types())
    await pass(1)

    expect(before).toEqual(['USER_JOINED'])
    expect(presence(host.types())).toEqual(['USER_JOINED', 'USER_LEFT'])
  })

  test('[PR2] back within the grace, nobody is told', async () => {
    const { enter, pass } = await createStage().node()
    const host = await enter(ana)
    const client = await enter(ben)

    client.leaves(1006)
    await pass(5_999)
    await enter(ben)
    await pass(6_000)

    expect(presence(host.types())).toEqual(['USER_JOINED'])
  })

  test.each([
    ['before it had its place', 'open'],
    ['while it waited for the host', 'adopt'],
  ] as const)('[PR2] [G7] one whose link was lost %s, and who is let in over another within the grace, stays', async (_, how) => {
    const stage = createStage()
    const { enter, open, decide, pass, node, gateway, tap } = await stage.node()
    const host = await enter(ana)
    if (how === 'open') {
      const answers = tap.holdAnswers('arrive')
      const client = open(ben)
      await answers.reached
      node.disconnect(client.id, 1006)
      answers.release()
      await gateway.open({ room: code, token: stage.tokens.issue(ben), again: true }, client.id).next('ROOM_STATE')
    } else {
      await decide(ben, 'PENDING')
      const waiter = open(ben, { lobby: true })
      await waiter.next('LOBBY')
      node.disconnect(waiter.id, 1006)
      const [again] = gateway.adopt([waiter], { topic: '', room: code })
      await decide(ben, 'APPROVED')
      await again?.next('ROOM_STATE')
    }

    await pass(6_000)
    await pass(6_000)

    expect(presence(host.types())).toEqual(['USER_JOINED'])
  })

  test.each(['open', 'adopt'] as const)(
    '[PR2] [G7] one who comes over another link while the log has still to answer for the first (%s) stays',
    async (how) => {
      const stage = createStage()
      const { enter, open, decide, pass, node, gateway, tap } = await stage.node()
      const host = await enter(ana)
      await decide(ben, 'APPROVED')
      const answers = tap.holdAnswers(how === 'open' ? 'arrive' : 'adopt')
      const client = how === 'open' ? open(ben) : await enter(ben)
      if (how === 'adopt') gateway.adopt([client], { topic: `${code}~1` })
      await answers.reached

      node.disconnect(client.id, 1006)
      const again =
        how === 'open'
          ? gateway.open({ room: code, token: stage.tokens.issue(ben), again: true }, client.id)
          : gateway.adopt([client], { topic: `${code}~2`, released: false })[0]
      await settled()
      answers.release()
      await again?.next(how === 'open' ? 'ROOM_STATE' : 'RECOVERED')
      await pass(6_000)
      await pass(6_000)

      expect(presence(host.types())).toEqual(['USER_JOINED'])
    },
  )

  test('[PR2] [EN8] one who asks again before its former door is known to be gone, and goes at once, leaves nobody behind', async () => {
    const stage = createStage()
    const { enter, gateway, pass } = await stage.node()
    const host = await enter(ana)
    const client = await enter(ben)
    const verifying = stage.tokens.hold()

    const again = gateway.open({ room: code, token: stage.tokens.issue(ben), again: true }, client.id)
    again.leaves(1006)
    verifying.release()
    await pass(6_000)

    expect(presence(host.types())).toEqual(['USER_JOINED', 'USER_LEFT'])
  })

  test('[PR2] a departure that the log could not take happens when it can', async () => {
    const { enter, pass, tap } = await createStage().node()
    const host = await enter(ana)
    const client = await enter(ben)
    client.leaves(1000)
    tap.refuse('depart')
    await pass(1_000)

    tap.accept()
    await pass(200)

    expect(presence(host.types())).toEqual(['USER_JOINED', 'USER_LEFT'])
  })

  test('[PR3] the sixth tab of a person closes its oldest with 4409', async () => {
    const { enter } = await createStage().node()
    const tabs = []
    for (let count = 0; count < 6; count++) tabs.push(await enter(ben))

    expect(await tabs[0]?.over()).toBe(4409)
    expect(tabs.slice(1).map(({ closed }) => closed)).toEqual([undefined, undefined, undefined, undefined, undefined])
  })

  test('[PR3] the oldest tab is found on another node too', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const oldest = await north.enter(ben)

    for (let count = 0; count < 5; count++) await south.enter(ben)

    expect(await oldest.over()).toBe(4409)
  })

  test('[PR3] a tab that is replaced while its arrival is answered does not stay', async () => {
    const stage = createStage()
    const { enter, open, tap } = await stage.node()
    await enter(ben)
    const arriving = tap.holdAnswers('arrive')
    const first = open(ben)
    await arriving.reached
    const south = await stage.node()
    for (let count = 0; count < 5; count++) await south.enter(ben)

    arriving.release()

    expect(await first.over()).toBe(4409)
  })

  test('[PR4] a newcomer is shown the latest hundred of those present, newest first, and how many there are', async () => {
    const stage = createStage()
    const { enter } = await stage.node()
    for (let count = 0; count < 101; count++) {
      const userId = `00000000-0000-4000-a000-${count.toString().padStart(12, '0')}`
      stage.owner.put(userId, { standing: 'APPROVED', display_name: `Guest ${count}` })
      await enter(userId)
    }

    const host = await enter(ana)

    const [state] = host.got
    expect(state).toMatchObject({ participants_total: 102 })
    expect(state?.participants?.map(({ display_name }) => display_name)).toEqual([
      'Ana',
      ...Array.from({ length: 99 }, (_, place) => `Guest ${100 - place}`),
    ])
  })

  test('[PR5] who leaves the room for good is closed with 1000, on every tab and node', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const tabs = [await north.enter(ben), await south.enter(ben)]

    await north.decide(ben, 'LEFT')

    for (const tab of tabs) {
      expect(await tab.over()).toBe(1000)
      expect(tab.types()).not.toContain('ERROR')
    }
    expect(host.got.at(-1)).toMatchObject({ type: 'PARTICIPANT_REMOVED', reason: 'left', user: { id: ben } })
  })

  test('[PR5] who is removed is told, and closed with 4411', async () => {
    const { enter, decide } = await createStage().node()
    const client = await enter(ben)

    await decide(ben, 'REMOVED')

    expect(await client.over()).toBe(4411)
    expect(client.got.slice(-2)).toMatchObject([
      { type: 'PARTICIPANT_REMOVED', reason: 'removed' },
      { type: 'ERROR', code: 'removed' },
    ])
  })

  test('[PR5] a room that closes tells everybody, and closes them with 4410', async () => {
    const { enter, change } = await createStage().node()
    const client = await enter(ben)

    await change({ is_active: false })

    expect(await client.over()).toBe(4410)
    expect(client.types().slice(-3)).toEqual(['ROOM_UPDATED', 'ROOM_CLOSED', 'ERROR'])
  })

  test('[PR6] a new name is the one that later events and newcomers carry', async () => {
    const { enter, decide } = await createStage().node()
    const client = await enter(ben)

    await decide(ben, 'APPROVED', { display_name: 'Benjamin' })
    client.says({ type: 'CHAT_MESSAGE', message: 'hi' })
    const host = await enter(ana)

    expect(await client.next('CHAT_MESSAGE')).toMatchObject({ user: { display_name: 'Benjamin' } })
    expect(host.got[0]).toMatchObject({ participants: [{ id: ana }, { id: ben, display_name: 'Benjamin' }] })
  })

  test('[PR7] a room that nobody uses is given up after ten seconds, and kept as long as somebody is about to be gone', async () => {
    const { node, enter, pass } = await createStage().node()
    const client = await enter(ana)
    client.leaves(1006)

    await pass(5_999)
    await pass(1)
    await pass(200)
    await pass(9_999)
    const before = node.rooms.get(code)
    await pass(1)
    await settled()

    expect(before).toBeDefined()
    expect(node.rooms.get(code)).toBeUndefined()
  })

  test('[PR7] a room that was given up is opened again, as it was', async () => {
    const { enter, pass } = await createStage().node()
    const first = await enter(ana)
    first.leaves(1000)
    for (const byMs of [1_000, 200, 10_000]) await pass(byMs)

    const second = await enter(ana)

    expect(second.got[0]).toMatchObject({ epoch: first.got[0]?.epoch, seq: 3 })
  })
})
