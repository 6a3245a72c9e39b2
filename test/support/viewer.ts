import { closeCodes } from '@matinee/contracts'
import { type ClientHistory, type CommandHistory, type CommandOutcome, isOpenRefusal } from './history/record'
import { CommandError, type Ending, type LiveClient, type Wish } from './live-client'
import type { Random } from './random'
import type { Person } from './scene'

/**
 * Somebody who wants to be in a room and stays there as a good client does: it comes back with what it has when its
 * socket ends, by the next door, and sends what has no answer again, under the same id. It keeps the books of all that.
 */
export interface Viewer {
  readonly person: Person
  readonly history: ClientHistory
  readonly commands: readonly CommandHistory[]
  /** How its sockets have ended so far. */
  readonly endings: readonly Ending[]
  readonly hasLeft: boolean
  /** The present socket. */
  readonly client: LiveClient
  /** Resolves when it is in, now or again; rejects when it was sent away for good. */
  enters(): Promise<LiveClient>
  /** Sends the command until its fate is known; `unknown` when the viewer left before that. */
  act(wish: Wish): Promise<CommandOutcome>
  /** Breaks the connection, as a lost network does; it comes back by itself. */
  drop(): void
  /** Closes its socket and stays away. */
  leave(): Promise<void>
}

export interface ViewerOptions {
  readonly person: Person
  readonly code: string
  /** The doors it knows, `ws://…`; it begins with the first. */
  readonly urls: readonly [string, ...string[]]
  readonly random: Random
  /** Comes back when it has heard nothing for so long, of which it was awake; by default it waits for ever. */
  readonly silenceMs?: number | undefined
}

const comesBackAfter = new Set<number>([
  1006,
  ...Object.values(closeCodes).flatMap(({ code, comeBack }) => (comeBack === 'resume' ? [code] : [])),
])
const pauseMs = { first: 20, most: 500 }
const listenMs = 50

export function openViewer({ person, code, urls, random, silenceMs }: ViewerOptions): Viewer {
  const frames: string[] = []
  const commands = new Map<string, CommandHistory>()
  const endings: Ending[] = []
  let [sent, attempts, failures, silentMs] = [0, 0, 0, 0]
  let place: string | undefined
  let wanted = true
  let entered = newEntrance()
  let client = open()

  const staying = stay()
  staying.catch(() => {})
  const watch = silenceMs === undefined ? undefined : setInterval(() => listen(silenceMs), listenMs)

  /** Counted, not timed: where this process stood still, what was said meanwhile is not heard yet. */
  function listen(mostMs: number): void {
    silentMs += listenMs
    if (silentMs > mostMs) client.drop()
  }

  function open(): LiveClient {
    silentMs = 0
    const url = urls[attempts++ % urls.length] ?? urls[0]
    const opened: LiveClient = person.open(code, {
      url,
      ...(place === undefined ? {} : { since: place }),
      heard(frame, text) {
        silentMs = 0
        frames.push(text)
        if (frame.type === 'ROOM_STATE') {
          failures = 0
          entered.resolve(opened)
        }
        if (frame.type === 'RECOVERED')
          for (const { id, outcome } of commands.values()) if (outcome.kind === 'unknown') note(id, { lastSent: ++sent })
        if (frame.type === 'ACK') note(frame.id, { outcome: { kind: 'acked', epoch: opened.epoch, seq: frame.seq } })
      },
    })
    return opened
  }

  async function stay(): Promise<void> {
    for (;;) {
      const ending = await client.ended
      endings.push(ending)
      if (client.epoch !== '') place = client.place
      if (!wanted) return
      if (!comesBackAfter.has(ending.code)) {
        const sentAway = new Error(`${person.session.user.display_name} was sent away with ${ending.code} ${ending.reason}`)
        entered.reject(sentAway)
        entered = newEntrance()
        entered.reject(sentAway)
        return
      }
      entered = newEntrance(entered)
      // Not all at once, for all come back.
      await Bun.sleep(random.next() * Math.min(pauseMs.most, pauseMs.first * 2 ** failures++))
      if (!wanted) return
      client = open()
    }
  }

  function note(id: string, changed: Partial<CommandHistory>): void {
    const known = commands.get(id)
    if (known && known.outcome.kind !== 'acked') commands.set(id, { ...known, ...changed })
  }

  async function act(wish: Wish): Promise<CommandOutcome> {
    const id = `${person.id.slice(0, 8)}.${commands.size + 1}`
    commands.set(id, { id, userId: person.id, ...wish, firstSent: ++sent, lastSent: sent, outcome: { kind: 'unknown' } })
    while (wanted) {
      const through = await entered.promise.catch((sentAway) => {
        if (wanted) throw sentAway
      })
      if (!wanted || !through) break
      note(id, { lastSent: ++sent })
      try {
        await through.command(wish, id)
        break
      } catch (error) {
        if (!(error instanceof CommandError)) {
          // Its socket has ended; whoever comes by before that is noticed waits for the turn to end.
          await Bun.sleep(0)
          continue
        }
        if (!error.retryable) {
          note(id, { outcome: isOpenRefusal(error.code) ? { kind: 'unknown' } : { kind: 'refused', code: error.code } })
          break
        }
        await Bun.sleep(Math.min(error.frame.retry_after_ms ?? 100, 200))
      }
    }
    return commands.get(id)?.outcome ?? { kind: 'unknown' }
  }

  return {
    person,
    get history() {
      return { name: person.session.user.display_name, userId: person.id, frames, hasLeft: !wanted }
    },
    get commands() {
      return [...commands.values()]
    },
    endings,
    get hasLeft() {
      return !wanted
    },
    get client() {
      return client
    },
    enters: () => entered.promise,
    act,
    drop: () => client.drop(),
    async leave() {
      wanted = false
      clearInterval(watch)
      entered.reject(new Error('it has left'))
      if (client.isOpen) await client.close().catch(() => client.drop())
      await staying
    },
  }
}

/** A promise that nobody has to await; who awaits the one before it awaits it too. */
function newEntrance(before?: PromiseWithResolvers<LiveClient>): PromiseWithResolvers<LiveClient> {
  const made = Promise.withResolvers<LiveClient>()
  made.promise.catch(() => {})
  before?.resolve(made.promise)
  return made
}
