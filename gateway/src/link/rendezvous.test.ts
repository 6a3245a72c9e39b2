import { expect, test } from 'bun:test'
import { chooseNode } from './rendezvous'

const nodes = ['10.0.0.1:4103', '10.0.0.2:4103', '10.0.0.3:4103'].map((name) => ({ name }))
const rooms = Array.from({ length: 3_000 }, (_, place) => `ROOM${place}`)

test('[GW25] every gateway chooses the same node for a room, in whatever order it knows them', () => {
  for (const room of rooms) expect(chooseNode([...nodes].reverse(), room)).toBe(chooseNode(nodes, room))
})

test('[GW25] when a node goes, only its own rooms move', () => {
  const left = nodes.slice(1)

  const moved = rooms.filter((room) => chooseNode(nodes, room) !== chooseNode(left, room))

  expect(moved.every((room) => chooseNode(nodes, room) === nodes[0])).toBe(true)
})

test('[GW25] rooms spread evenly over the nodes', () => {
  for (const node of nodes) {
    const share = rooms.filter((room) => chooseNode(nodes, room) === node).length / rooms.length

    expect(share).toBeGreaterThan(0.28)
    expect(share).toBeLessThan(0.39)
  }
})

test('[GW25] without nodes there is no choice', () => {
  expect(chooseNode([], 'ROOM')).toBeUndefined()
})
