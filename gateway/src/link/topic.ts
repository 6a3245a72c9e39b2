import type { Outbox, Outlets } from '@matinee/socket'
import type { Client } from './client'
import type { SyncLink } from './sync-links'

/** Those of a room's members on this gateway who get each event together, and where they stand. */
export interface Topic {
  readonly room: string
  readonly outlets: Outlets
  readonly clients: Set<Client>
  /** Its name on its link. */
  name: string
  /** Undefined while no node has it. */
  link: SyncLink | undefined
  epoch: string
  /** The last event that was published to it. */
  seq: number
  /** True when the node that had it let it go by itself, with nothing under way. */
  released: boolean
}

export const createTopic = (outbox: Outbox, { link, name, room }: { link: SyncLink; name: string; room: string }): Topic => ({
  room,
  outlets: outbox.topic(),
  clients: new Set(),
  name,
  link,
  epoch: '',
  seq: 0,
  released: false,
})

/** Takes a topic off its link. */
export function forget(topics: Map<SyncLink, Map<string, Topic>>, link: SyncLink, topic: Topic): void {
  const its = topics.get(link)
  if (its?.get(topic.name) !== topic) return
  its.delete(topic.name)
  if (its.size === 0) topics.delete(link)
}
