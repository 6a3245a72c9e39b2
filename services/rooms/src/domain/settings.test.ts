import { expect, test } from 'bun:test'
import { after, ana, ben, joined, plan, roomOf, types } from './domain.fixtures'
import { close } from './leaving'
import { chooseMedium, update } from './settings'

const medium = { provider: 'youtube', id: 'dQw4w9WgXcQ' }

test.each([
  [{ name: 'Film night' }],
  [{ isChatEnabled: false }],
  [{ medium }],
  [{ control: 'everyone' as const }],
  [{ waitForReady: true }],
  [{ pauseForStalled: true }],
  [{ playbackPolicy: { correct_from_ms: 60 } }],
])('[RM40] a change is announced with the whole room: %o', (settings) => {
  const decision = update(roomOf(plan), ana.userId, settings)

  expect(decision.room).toMatchObject(settings)
  expect(types(decision)).toEqual(['rooms.room.updated'])
})

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

test('[RM44] thresholds replace those that the room had; in another order they are the same', () => {
  const own = { correct_from_ms: 60, seek_beyond_ms: 900 }
  const scene = after(roomOf(plan), update(roomOf(plan), ana.userId, { playbackPolicy: own }))

  expect(update(scene, ana.userId, { playbackPolicy: { seek_beyond_ms: 900, correct_from_ms: 60 } }).announced).toEqual([])
  expect(update(scene, ana.userId, { playbackPolicy: {} }).room.playbackPolicy).toEqual({})
})

test('[RM45] a medium chosen in the live room is announced with the command, each command once', () => {
  const by = { userId: ben.userId, commandId: 'c-1' }
  const first = chooseMedium(roomOf(plan), { medium, by })
  const scene = after(roomOf(plan), first)

  expect(types(first)).toEqual(['rooms.room.updated'])
  expect(first.room).toMatchObject({ medium, mediumBy: by })
  expect(chooseMedium(scene, { medium, by }).announced).toEqual([])
  expect(types(chooseMedium(scene, { medium, by: { ...by, commandId: 'c-2' } }))).toEqual(['rooms.room.updated'])
  expect(update(scene, ana.userId, { medium: { ...medium, id: 'aqz-KE-bpKQ' } }).room.mediumBy).toBeNull()
  expect(() => chooseMedium(after(scene, close(scene, ana.userId)), { medium, by })).toThrow('closed')
})

test('[RM45] a command is known again after 15 others, and after the host has set something else', () => {
  const by = (number: number) => ({ userId: ben.userId, commandId: `c-${number}` })
  let scene = roomOf(plan)
  const choose = (number: number) => {
    const decision = chooseMedium(scene, { medium, by: by(number) })
    scene = after(scene, decision)
    return decision
  }
  for (let number = 1; number <= 16; number++) choose(number)
  scene = after(scene, update(scene, ana.userId, { medium: { ...medium, id: 'aqz-KE-bpKQ' } }))

  expect(choose(1).announced).toEqual([])
  expect(types(choose(17))).toEqual(['rooms.room.updated'])
  expect(scene.room.choices).toHaveLength(16)
})
