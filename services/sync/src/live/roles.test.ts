import { describe, expect, test } from 'bun:test'
import { ana, ben, cleo, createStage, settled } from './stage.fixture'

const play = (time: number, id: string) => ({ type: 'PLAY', time, id })

describe('roles, live', () => {
  test('[PB18] who is host now is told of with everybody, is shown those who wait, and drives', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const [former, host] = [await north.enter(ana), await south.enter(ben)]

    await north.change({ host: { id: ben, display_name: 'Ben', is_guest: true } })
    await north.decide(ana, 'APPROVED', { role: 'member' })
    await north.decide(ben, 'APPROVED', { role: 'host' })
    await settled()
    host.says(play(5, 'b1'))
    former.says(play(9, 'a1'))

    expect(await host.next('ACK')).toMatchObject({ id: 'b1' })
    expect(await former.next('ERROR')).toMatchObject({ code: 'host_only', id: 'a1' })
    for (const client of [former, host]) {
      expect(await client.next('HOST_CHANGED')).toMatchObject({ user: { id: ben, role: 'host' }, role: 'host' })
      expect(await client.next('ROLE_CHANGED')).toMatchObject({ user: { id: ana }, role: 'member' })
    }
    expect(host.got.filter(({ type }) => type === 'PARTICIPANT_PENDING')).toMatchObject([{ user: { id: cleo } }])
    expect(former.types()).not.toContain('PARTICIPANT_PENDING')
  })

  test('[PB18] a moderator drives where the room lets moderators, and hears of nobody who waits', async () => {
    const { enter, decide, change } = await createStage().node()
    const [member, moderator] = [await enter(ana), await enter(ben)]

    await decide(ben, 'APPROVED', { role: 'moderator' })
    moderator.says(play(5, 'first'))
    const refused = await moderator.next('ERROR')
    await change({ control: 'moderators' })
    moderator.says(play(5, 'second'))

    expect(refused).toMatchObject({ code: 'host_only', id: 'first' })
    expect(await member.next('PLAY')).toMatchObject({ time: 5, user: { id: ben, role: 'moderator' } })
    expect(moderator.types()).not.toContain('PARTICIPANT_PENDING')
  })

  test('[PB7] whom the moderators leave out is told so', async () => {
    const { enter, change } = await createStage().node()
    const member = await enter(ben)

    await change({ control: 'moderators' })
    member.says(play(5, 'first'))

    expect(await member.next('ERROR')).toMatchObject({ code: 'moderators_only', id: 'first' })
  })
})
