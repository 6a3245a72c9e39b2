import type { OpenRequest } from '@matinee/contracts'
import type { ClientSocket } from '@matinee/socket'
import type { Held } from './held'
import type { SyncLink } from './sync-links'
import type { Topic } from './topic'

/** A client, and where its words go. */
export interface Client {
  readonly socket: ClientSocket
  /** Once it is in, its topic's own: one text for all. */
  room: string
  state: 'opening' | 'waiting' | 'member'
  /** Undefined while no node has it. */
  link: SyncLink | undefined
  topic: Topic | undefined
  pass: string
  /** What it asked for, until it is answered; it holds the token. */
  request: OpenRequest | undefined
  /** Whether it was given a page before it had a place. */
  paged: boolean
  /** Whether it still has to take the last page that it was given. */
  untaken: boolean
  /** What it sent while no node could take it. */
  held: Held | undefined
  /** Whether it has sent anything that a node may have lost. */
  hasSent: boolean
  /** When a client that no node has is told to try later. */
  parkedUntilMs: number | undefined
}

/** A client that has opened its socket, and asks for its room. */
export const createClient = (socket: ClientSocket, request: OpenRequest): Client => ({
  socket,
  room: request.room,
  state: 'opening',
  link: undefined,
  topic: undefined,
  pass: '',
  request,
  paged: false,
  untaken: false,
  held: undefined,
  hasSent: false,
  parkedUntilMs: undefined,
})
