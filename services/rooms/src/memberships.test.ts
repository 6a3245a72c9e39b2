import { expect, test } from 'bun:test'
import { after, ana, approvalPlan, ben, joined, noonMs, roomOf } from './domain/domain.fixtures'
import { isLive } from './domain/room'
import { approve } from './domain/waiting'
import { createMemberships } from './memberships'

test('[RM55] those who wait are told as of the counter that is told, also where one is let in meanwhile', async () => {
  let scene = joined(roomOf(approvalPlan), ben)
  const before = scene.room.counter
  let isAsked = false
  const ask = createMemberships({
    store: {
      find: async (_, userIds) => ({ ...scene, people: scene.people.filter(({ userId }) => userIds.includes(userId)) }),
      async people() {
        if (!isAsked) scene = after(scene, approve(scene, { hostId: ana.userId, userId: ben.userId, nowMs: noonMs }))
        isAsked = true
        return scene.people.filter(isLive).filter(({ standing }) => standing === 'PENDING')
      },
    },
  })

  const answer = await ask({ room_code: approvalPlan.code, user_id: ana.userId })

  expect(answer).toMatchObject({ pending: [], counter: before + 1 })
})
