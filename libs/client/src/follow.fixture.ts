import { defaultPlaybackPolicy } from '@matinee/contracts/default-playback-policy'
import type { ClientFrame, Playback, ServerFrame } from './contract-types'
import { media } from './domain/follower.fixture'
import { viewOf } from './domain/room-view'
import { snapshot } from './domain/scene.fixture'
import type { Player } from './player'
import type { RoomConnection, RoomSnapshot } from './room'
import { createStore } from './store'

/** A room that says what the test says, and a player that does at once what it is told. */
export function setup({
  playback: more = {},
  refuses = 0,
  paused = true,
  dropped = 0,
}: {
  playback?: Partial<Playback>
  refuses?: number
  paused?: boolean
  dropped?: number
} = {}) {
  const told: ClientFrame[] = []
  let hearsFrame: ((frame: ServerFrame) => void) | undefined
  let drops = dropped
  const waiting: { readonly count: number; readonly type: string; readonly resolve: () => void }[] = []
  const playback: Playback = { media, playing: false, time: 0, at_ms: 0, rate: 1, version: 3, user: null, ...more }
  const policy = { ...snapshot().policy, ...defaultPlaybackPolicy, report_interval_ms: 50 }
  const view = { ...viewOf(snapshot()), playback, policy }
  const nothing = { ended: null, retryAtMs: null, lobby: null, unconfirmed: [], waiting: null, skew: null }
  const store = createStore<RoomSnapshot>({ ...nothing, status: 'live', view })
  const room: Pick<RoomConnection, 'state' | 'subscribe' | 'clock' | 'tell' | 'on'> = {
    get state() {
      return store.get()
    },
    subscribe: store.subscribe,
    clock: { nowMs: () => performance.now(), errorMs: () => 5, delayMs: () => 20 },
    on(_, listener) {
      // Here only frames are told of.
      hearsFrame = listener as (frame: ServerFrame) => void
      return () => {
        hearsFrame = undefined
      }
    },
    tell(frame) {
      if (drops-- > 0) return false
      told.push(frame)
      for (const { type, count, resolve } of waiting) if (told.filter((one) => one.type === type).length >= count) resolve()
      return true
    },
  }
  const listeners = new Map<string, Set<() => void>>()
  const calls: string[] = []
  let left = refuses
  const player: Player & { paused: boolean } = {
    currentTime: 0,
    playbackRate: 1,
    muted: false,
    paused,
    seeking: false,
    ended: false,
    readyState: 4,
    duration: 600,
    async play() {
      calls.push(`play${player.muted ? ' muted' : ''}`)
      if (left-- > 0) throw Object.assign(new Error('a tap first'), { name: 'NotAllowedError' })
      player.paused = false
    },
    pause() {
      calls.push('pause')
      player.paused = true
    },
    addEventListener: (type, listener) => void listeners.set(type, (listeners.get(type) ?? new Set()).add(listener)),
    removeEventListener: (type, listener) => void listeners.get(type)?.delete(listener),
  }
  return {
    told,
    player,
    calls,
    store,
    // As much of a room as a follower asks for.
    room: room as RoomConnection,
    emit: (type: string) => {
      for (const listener of [...(listeners.get(type) ?? [])]) listener()
    },
    frame: (frame: ServerFrame) => hearsFrame?.(frame),
    listening: () => [...listeners.values()].reduce((sum, each) => sum + each.size, hearsFrame ? 1 : 0),
    hears: (type: string, count = 1) => new Promise<void>((resolve) => waiting.push({ type, count, resolve })),
  }
}
