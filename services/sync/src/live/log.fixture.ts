import { Refusal } from '@matinee/kernel'
import type { LogEntry } from '../domain/log-entry'
import type { RoomLog } from '../ports'

type Call = Exclude<keyof RoomLog, 'connected' | 'onConnected' | 'stop'>

/** Calls of one kind, stopped on the way to the log or on the way back. */
export interface Held {
  /** Resolves when the first call is there. */
  readonly reached: Promise<void>
  /** Lets go what is held, and holds no more. */
  release(): void
}

/** One node's room log, whose wire can be cut, slowed and muddled. */
export interface TappedLog {
  readonly log: RoomLog
  /** How many calls of each kind were made. */
  readonly calls: ReadonlyMap<string, number>
  holdCalls(call: Call): Held
  holdAnswers(call: Call): Held
  /** From now on, calls of this kind are refused with `read_only`; undefined is all of them. The answers of those made before are lost. */
  refuse(call?: Call): void
  /** Whether the next call of this kind takes effect, and its answer is lost. */
  loseAnswer(call: Call): void
  accept(): void
  /** The log is known to be away, or back. */
  setConnected(connected: boolean): void
  /** Whether what other nodes whisper is lost on its way here. */
  setDeaf(now: boolean): void
  /** Keeps back what other nodes append, until `deliver` hands it over in the given order. */
  holdChannel(): void
  deliver(order?: (entries: readonly LogEntry[]) => readonly LogEntry[]): void
}

/** `log` is asked for at every call, so that it can be replaced by one that has lost everything. */
export function tapLog(log: () => RoomLog): TappedLog {
  const calls = new Map<string, number>()
  const before = new Map<string, Promise<void>>()
  const after = new Map<string, Promise<void>>()
  const arrived = new Map<string, () => void>()
  const lost = new Set<string>()
  const refused = new Set<string>()
  const listeners: ((connected: boolean) => void)[] = []
  let channel: { readonly entry: LogEntry; readonly listener: (entry: LogEntry) => void }[] | undefined
  let connected = true
  let deaf = false

  const around =
    <Arguments extends readonly unknown[], Answer>(name: Call, call: (...given: Arguments) => Promise<Answer>) =>
    async (...given: Arguments): Promise<Answer> => {
      calls.set(name, (calls.get(name) ?? 0) + 1)
      if (before.has(name)) arrived.get(name)?.()
      await before.get(name)
      if (refused.has(name) || refused.has('all')) throw new Refusal('read_only', { retryAfterMs: 1_000 })
      const answer = await call(...given)
      if (after.has(name)) arrived.get(name)?.()
      await after.get(name)
      if (lost.delete(name)) throw new Refusal('read_only', { retryAfterMs: 1_000 })
      return answer
    }

  const hold = (where: Map<string, Promise<void>>, call: Call): Held => {
    const there = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    where.set(call, gate.promise)
    arrived.set(call, there.resolve)
    return {
      reached: there.promise,
      release() {
        where.delete(call)
        gate.resolve()
      },
    }
  }

  const hear = (listener: (entry: LogEntry) => void) => (entry: LogEntry) => {
    if (channel) channel.push({ entry, listener })
    else listener(entry)
  }

  return {
    calls,
    log: {
      open: around('open', (room, options) =>
        log().open(room, {
          ...options,
          listener: hear(options.listener),
          onWhisper: (...said) => void (deaf || options.onWhisper?.(...said)),
        }),
      ),
      close: around('close', (...given) => log().close(...given)),
      append: around('append', (...given) => log().append(...given)),
      arrive: around('arrive', (...given) => log().arrive(...given)),
      depart: around('depart', (...given) => log().depart(...given)),
      adopt: around('adopt', (...given) => log().adopt(...given)),
      evict: around('evict', (...given) => log().evict(...given)),
      tellPresence: around('tellPresence', (...given) => log().tellPresence(...given)),
      applyParticipant: around('applyParticipant', (...given) => log().applyParticipant(...given)),
      applyRoom: around('applyRoom', (...given) => log().applyRoom(...given)),
      whisper: around('whisper', (...given) => log().whisper(...given)),
      vouch: around('vouch', (...given) => log().vouch(...given)),
      read: around('read', (...given) => log().read(...given)),
      moved: around('moved', (...given) => log().moved(...given)),
      beat: around('beat', (...given) => log().beat(...given)),
      touch: around('touch', (...given) => log().touch(...given)),
      connected: () => connected,
      onConnected: (listener) => void listeners.push(listener),
      stop: () => log().stop(),
    },
    holdCalls: (call) => hold(before, call),
    holdAnswers: (call) => hold(after, call),
    refuse: (call) => void refused.add(call ?? 'all'),
    loseAnswer: (call) => void lost.add(call),
    accept: () => refused.clear(),
    setConnected(now) {
      connected = now
      for (const listener of listeners) listener(now)
    },
    setDeaf(now) {
      deaf = now
    },
    holdChannel() {
      channel = []
    },
    deliver(order = (entries) => entries) {
      const held = channel ?? []
      channel = undefined
      const listeners = new Map(held.map(({ entry, listener }) => [entry, listener]))
      for (const entry of order(held.map(({ entry }) => entry))) listeners.get(entry)?.(entry)
    },
  }
}
