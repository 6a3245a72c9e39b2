import { decodeToGateway, encodeToSync, type ToGateway, type ToSync } from '@matinee/contracts'
import type { Clock, Log } from '@matinee/kernel'
import type { LinkEnd, LinkEnded } from '@matinee/link'
import type { SyncNode, SyncNodes } from './sync-nodes'

/** A link to one sync node, while it is up. */
export interface SyncLink {
  readonly name: string
  /** True once the node has said that it is going. */
  draining: boolean
  /** After the end of the link, does nothing. An `urgent` frame does not wait for others. */
  send(frame: ToSync, urgent?: boolean): void
  /** Ends a link that is no longer used. `down` is told. */
  finish(): void
  /** Gives the link up: it is not to be trusted any more. `down` is told. */
  drop(reason: string): void
}

/** Why a link is down: as the link has it; it brought nothing for long (`silent`); or what it brought was wrong (`distrusted`). */
export type LinkDown = LinkEnded | 'silent' | 'distrusted'

export interface SyncLinksOptions {
  readonly nodes: SyncNodes
  readonly clock: Clock
  readonly log: Log
  /** How often a node is asked for a sign of life; after three without one its link is given up, and a node that is cut off for so long loses its clients. */
  readonly beatMs: number
  /** Called once for each link, when its node has said a first word: so it is known by then whether that node has the room log. */
  readonly up: (link: SyncLink) => void
  readonly frame: (link: SyncLink, frame: ToGateway) => void
  /** Called once for each link that was up. */
  readonly down: (link: SyncLink, reason: LinkDown) => void
  /** Called at every beat for each link whose node is cut off: whatever it has is to go on elsewhere. */
  readonly cutOff: (link: SyncLink) => void
}

const missedBeats = 3
const retryMs = { first: 100, most: 2_000 }

interface Slot {
  readonly node: SyncNode
  link: KeptLink | undefined
  retry: Timer | undefined
  failures: number
  connecting: boolean
}

interface KeptLink extends SyncLink {
  /** Whether anything was heard of its node yet: without that it takes no work. */
  heard: boolean
  /** How many beats it has been asked by since it was heard last. */
  unanswered: number
  /** Whether its node is without the room log, and since when that is so. */
  away: boolean
  awaySinceMs: number
  readonly giveUp: (sentence: string, reason: LinkDown) => void
}

export type SyncLinks = ReturnType<typeof createSyncLinks>

/** Keeps one link to every sync node there is, and makes it again when it is lost. */
export function createSyncLinks({ nodes, clock, log, beatMs, up, frame, down, cutOff }: SyncLinksOptions) {
  const slots = new Map<string, Slot>()
  let stopped = false
  let beats = 0

  function align(): void {
    const wanted = nodes.current()
    for (const node of wanted) {
      if (slots.has(node.name)) continue
      const slot: Slot = { node, link: undefined, retry: undefined, failures: 0, connecting: false }
      slots.set(node.name, slot)
      void connect(slot)
    }
    const names = new Set(wanted.map(({ name }) => name))
    for (const [name, slot] of slots) {
      // A node that DNS no longer names may still be handing over: its link ends by itself.
      if (names.has(name) || slot.link) continue
      clearTimeout(slot.retry)
      slots.delete(name)
    }
  }

  async function connect(slot: Slot): Promise<void> {
    if (stopped || slot.connecting || slot.link || slots.get(slot.node.name) !== slot) return
    slot.connecting = true
    let link: Slot['link']
    let over = false
    const closed = (reason: LinkDown) => {
      over = true
      if (!link || slot.link !== link) return
      slot.link = undefined
      if (stopped) return
      log.warn('a link to a sync node is down', { sync_node: slot.node.name, reason })
      if (link.heard) down(link, reason)
      again(slot)
    }
    try {
      const end = await slot.node.connect({ frame: (text) => link && take(link, text), closed })
      slot.failures = 0
      if (over || stopped) end.close()
      else {
        link = linkOver(slot.node.name, end, closed)
        slot.link = link
        log.info('a link to a sync node is up', { sync_node: slot.node.name })
        // A node that is cut off says so first; whatever it says next, to this beat at the latest, ends the doubt.
        link.send({ op: 'beat', count: beats })
      }
    } catch (error) {
      slot.failures++
      log.debug('a sync node cannot be reached', { sync_node: slot.node.name, error: String(error) })
    } finally {
      slot.connecting = false
    }
    if (!slot.link) again(slot)
  }

  function again(slot: Slot): void {
    if (stopped) return
    clearTimeout(slot.retry)
    const waitMs = Math.min(retryMs.most, retryMs.first * 2 ** slot.failures)
    slot.retry = setTimeout(() => {
      align()
      void connect(slot)
    }, waitMs)
  }

  function linkOver(name: string, end: LinkEnd, closed: (reason: LinkDown) => void): KeptLink {
    const giveUp = (sentence: string, reason: LinkDown) => {
      if (!stopped) log.error('a link is given up', { sync_node: name, reason: sentence })
      end.close()
      // At once: what the other side still sends is not to be handed on.
      closed(reason)
    }
    return {
      name,
      draining: false,
      heard: false,
      unanswered: 0,
      away: false,
      awaySinceMs: clock.monotonicMs(),
      send: (message: ToSync, urgent?: boolean) => end.send(encodeToSync(message), urgent),
      finish: () => end.close(),
      drop: (reason: string) => giveUp(reason, 'distrusted'),
      giveUp,
    }
  }

  function take(link: NonNullable<Slot['link']>, text: string): void {
    if (slots.get(link.name)?.link !== link) return
    link.unanswered = 0
    let message: ToGateway
    try {
      message = decodeToGateway(text)
    } catch (error) {
      return link.drop(String(error))
    }
    if (message.op === 'away') {
      link.away = message.away
      link.awaySinceMs = clock.monotonicMs()
    }
    if (!link.heard) {
      link.heard = true
      up(link)
    }
    if (message.op !== 'away' && message.op !== 'beat') frame(link, message)
  }

  const ready = () => [...slots.values()].flatMap(({ link }) => (link?.heard && !link.draining ? [link] : []))

  /**
   * A node that has been without the room log for long, while another one has had it for as long, is cut off: its rooms
   * go on there. Where the log is away from all, they stay; one that hears of its return a moment later is none.
   */
  function lookForCutOff(): void {
    const longAgoMs = clock.monotonicMs() - missedBeats * beatMs
    const lasting = ready().filter(({ awaySinceMs }) => awaySinceMs < longAgoMs)
    if (lasting.every(({ away }) => away)) return
    for (const link of lasting) if (link.away) cutOff(link)
  }

  const timer = setInterval(() => {
    beats++
    for (const { link } of slots.values()) {
      if (!link) continue
      // Counted, not timed: where this process stood still, what the node has said meanwhile is not read yet.
      if (link.unanswered >= missedBeats) link.giveUp('no sign of life', 'silent')
      else {
        link.unanswered++
        link.send({ op: 'beat', count: beats })
      }
    }
    lookForCutOff()
  }, beatMs)

  nodes.onChange(align)
  align()

  return {
    /** The links that take new work: those of nodes that have the room log, where there are any. */
    ready(): readonly SyncLink[] {
      const well = ready().filter(({ away }) => !away)
      return well.length > 0 ? well : ready()
    },
    stop(): void {
      stopped = true
      clearInterval(timer)
      for (const { link, retry } of slots.values()) {
        clearTimeout(retry)
        link?.drop('this gateway is going')
      }
    },
  }
}
