import { expect, test } from 'bun:test'
import { after, ana, ben, joined, plan, roomOf, types } from './domain.fixtures'
import { close } from './leaving'
import { update } from './settings'

const medium = { provider: 'youtube', id: 'dQw4w9WgXcQ' }

test.each([[{ name: 'Film night' }], [{ isChatEnabled: false }], [{ medium }]])(
  '[RM40] a change is announced with the whole room: %o',
  (settings) => {
    const decision = update(roomOf(plan), ana.userId, settings)

    expect(decision.room).toMatchObject(settings)
    expect(types(decision)).toEqual(['rooms.room.updated'])
  },
)

test('[RM6] a change raises the counter, and gives it to the row that changed alone', () => {
  const scene = joined(roomOf(plan), ben)

  const { room } = update(scene, ana.userId, { name: 'Film night' })

  expect([scene.room.counter, scene.room.version]).toEqual([2, 1])
  expect([room.counter, room.version]).toEqual([3, 3])
})

test('[RM40] values that are as they were announce nothing', () => {
  const scene = after(roomOf(plan), update(roomOf(plan), ana.userId, { name: 'Film night', medium }))

  expect(update(scene, ana.userId, { name: 'Film night', isChatEnabled: true, medium: { ...medium } })).toEqual({
    room: scene.room,
    people: [],
    announced: [],
  })
})

test('[RM20] [RM24] only the host changes settings, and only while the room is open', () => {
  const scene = roomOf(plan)
  const closed = after(scene, close(scene, ana.userId))

  expect(() => update(scene, ben.userId, { name: 'Mine' })).toThrow('Only the host')
  expect(() => update(closed, ana.userId, { name: 'Late' })).toThrow('closed')
})
