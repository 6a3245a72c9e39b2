import { type Adoption, maxAdopted } from '@matinee/contracts'
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
  /** Whether it holds one client that is given pages: its node does not know it, and will not say that it lets it go. */
  apart: boolean
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
  apart: false,
})

/** How another node is given a topic, with all its clients and their passes. */
export function adoptionsOf(topic: Topic): readonly Adoption[] {
  const { name, room, epoch, seq, released, clients } = topic
  const members = [...clients]
  const adoption = { topic: name, room, epoch, seq, released, ...(isUntaken(topic) && { untaken: true }) }
  return Array.from({ length: Math.ceil(members.length / maxAdopted) }, (_, at) => {
    const some = members.slice(at * maxAdopted, (at + 1) * maxAdopted)
    return { ...adoption, connections: some.map(({ socket, pass }) => [socket.id, pass] as const) }
  })
}

/** Whether it has a client that still has to take its last page. */
export const isUntaken = ({ clients }: Topic): boolean => [...clients].some(({ untaken }) => untaken)

/** Where a topic stands, as a page says it: `<epoch>.<seq>`. */
export function placeOf(place: string): Pick<Topic, 'epoch' | 'seq'> {
  const dot = place.lastIndexOf('.')
  return { epoch: place.slice(0, dot), seq: Number(place.slice(dot + 1)) }
}

/** Takes a topic off its link. */
export function forget(topics: Map<SyncLink, Map<string, Topic>>, link: SyncLink, topic: Topic): void {
  const its = topics.get(link)
  if (its?.get(topic.name) !== topic) return
  its.delete(topic.name)
  if (its.size === 0) topics.delete(link)
}
