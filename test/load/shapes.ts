/** How messages come about: at a fixed rate whatever the server does, or each sender keeping a number of its own under way. */
export type Load =
  | { readonly kind: 'open'; readonly messagesPerS: number }
  | { readonly kind: 'closed'; readonly sendersPerRoom: number; readonly outstanding: number }

export interface Shape {
  readonly name: string
  readonly title: string
  readonly rooms: number
  readonly membersPerRoom: number
  readonly load: Load
  /** Most that the server's CPU per delivery may be, as a multiple of bare Bun's in the same run. */
  readonly bound: number
}

/** One big room, many small ones, and one as fast as it goes. */
export const shapes: readonly Shape[] = [
  {
    name: 'room-500',
    title: 'a room of 500, 20 messages/s',
    rooms: 1,
    membersPerRoom: 500,
    load: { kind: 'open', messagesPerS: 20 },
    bound: 2,
  },
  {
    name: 'rooms-100x10',
    title: '100 rooms of 10, 1,000 messages/s in all',
    rooms: 100,
    membersPerRoom: 10,
    load: { kind: 'open', messagesPerS: 1_000 },
    bound: 4,
  },
  {
    name: 'closed-100',
    title: 'a room of 100, closed loop, 10 senders × 4 outstanding',
    rooms: 1,
    membersPerRoom: 100,
    load: { kind: 'closed', sendersPerRoom: 10, outstanding: 4 },
    bound: 5,
  },
]
