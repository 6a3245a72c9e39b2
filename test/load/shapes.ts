/** How messages come about: at a fixed rate whatever the server does, or each sender keeping a number of its own under way. */
export type Load =
  | { readonly kind: 'open'; readonly messagesPerS: number }
  | { readonly kind: 'closed'; readonly sendersPerRoom: number; readonly outstanding: number }

/** Rooms full of people. */
export interface Crowd {
  readonly name: string
  readonly title: string
  readonly rooms: number
  readonly membersPerRoom: number
}

/** They talk: CPU per delivery. */
export interface TalkShape extends Crowd {
  readonly kind: 'talk'
  readonly load: Load
  /** Most that Matinee may cost, as a multiple of bare Bun in the same run. */
  readonly bound: number
}

/** They sit and watch: memory per client. */
export interface IdleShape extends Crowd {
  readonly kind: 'idle'
  /** Most that Matinee may cost, as a multiple of bare Bun in the same run. */
  readonly bound: number
}

/** They lose their sockets and are back at once: CPU until all are in. */
export interface StormShape extends Crowd {
  readonly kind: 'storm'
  /** How long they stay away; what happens meanwhile is not counted. 0: the break counts too. */
  readonly awayMs: number
  /** Most that Matinee may take, in all servers together. No ratio: bare Bun lets in whoever comes. */
  readonly boundCpuS: number
}

export type Shape = TalkShape | IdleShape | StormShape

/** One big room, many small ones, and one as fast as it goes; and, when asked for, many that are silent, and many that come at once. */
export const shapes: readonly Shape[] = [
  {
    kind: 'talk',
    name: 'room-500',
    title: 'a room of 500, 20 messages/s',
    rooms: 1,
    membersPerRoom: 500,
    load: { kind: 'open', messagesPerS: 20 },
    bound: 1.5,
  },
  {
    kind: 'talk',
    name: 'rooms-100x10',
    title: '100 rooms of 10, 1,000 messages/s in all',
    rooms: 100,
    membersPerRoom: 10,
    load: { kind: 'open', messagesPerS: 1_000 },
    bound: 2.5,
  },
  {
    kind: 'talk',
    name: 'closed-100',
    title: 'a room of 100, closed loop, 10 senders × 4 outstanding',
    rooms: 1,
    membersPerRoom: 100,
    load: { kind: 'closed', sendersPerRoom: 10, outstanding: 4 },
    bound: 3,
  },
  {
    kind: 'idle',
    name: 'idle',
    title: '10,000 clients in 200 rooms of 50, silent',
    rooms: 200,
    membersPerRoom: 50,
    bound: 2,
  },
  {
    kind: 'storm',
    name: 'storm',
    title: 'a room of 500 whose sockets all break and are back at once',
    rooms: 1,
    membersPerRoom: 500,
    awayMs: 0,
    boundCpuS: 0.8,
  },
  {
    kind: 'storm',
    name: 'storm-late',
    title: 'a room of 500 who have gone, and come back at once',
    rooms: 1,
    membersPerRoom: 500,
    // Longer than a broken connection counts as present, so that everybody is news to everybody.
    awayMs: 9_000,
    boundCpuS: 0.8,
  },
]

/** What a run without `--shape` measures. */
export const usualShapes = shapes.filter(({ kind }) => kind === 'talk').map(({ name }) => name)
