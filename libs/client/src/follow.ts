import type { ServerFrame } from './contract-types'
import { expectedMs, putOffMs } from './domain/costs'
import { look, refused, resumed, touched } from './domain/follower'
import { freshMind, type Look, type Mind, type Order, type Situation } from './domain/mind'
import { hasLeft } from './domain/own-controls'
import { reportOf } from './domain/report'
import { isSameMedium, positionAt } from './domain/timeline'
import type { FollowerState, FollowOptions, Intent, Player } from './player'
import type { RoomConnection } from './room'
import { createSight } from './sight'
import { createStore, type Readable } from './store'

/** Keeps a player where the room is. */
export interface Follower extends Readable<FollowerState> {
  readonly state: FollowerState
  /** Plays again, with sound: to be called in the handler of a tap, after `needs_gesture`, `mutedByBrowser` or `paused_here`. */
  resume(): void
  /** Lets go of the player, which stays as it is. */
  stop(): void
}

const events = ['play', 'pause', 'playing', 'waiting', 'seeking', 'seeked', 'canplay', 'ended', 'ratechange', 'durationchange', 'emptied']
/** What the browser tells of an order after this is somebody else's doing. */
const echoMs = 400
/** A stall that is over sooner is nothing that a room should wait for. */
const toldAfterMs = 500

/** Keeps `player` on the room's timeline, and tells the room how well that goes, until it is stopped or the connection ends. */
export function follow(room: RoomConnection, player: Player, { media, onIntent }: FollowOptions = {}): Follower {
  let mind: Mind = freshMind
  let timer: ReturnType<typeof setTimeout> | undefined
  let [stopped, orderedMs] = [false, Number.NEGATIVE_INFINITY]
  let reported = { atMs: Number.NEGATIVE_INFINITY, stalled: false }
  let readyFor: string | undefined
  const store = createStore<FollowerState>(stateOf(mind))
  const nowMs = () => performance.now()
  const sight = createSight(player)

  function situation(): Situation | undefined {
    const { view } = room.state
    if (!view) return undefined
    const errorMs = room.clock.errorMs()
    const serverNowMs = Number.isFinite(errorMs) ? room.clock.nowMs() : null
    const shows = view.playback.media !== null && (media === undefined || isSameMedium(media, view.playback.media))
    return { nowMs: nowMs(), serverNowMs, seen: sight.seen(nowMs()), playback: shows ? view.playback : null, policy: view.policy }
  }

  function turn(): void {
    if (stopped) return
    const now = situation()
    if (now) take(look(mind, now), now)
    else schedule(500)
  }

  function take(next: Look, now: Situation | undefined): void {
    mind = next.mind
    for (const order of next.orders) obey(order)
    if (now) inform(now)
    store.set(stateOf(mind))
    schedule(next.againInMs)
  }

  function schedule(inMs: number): void {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(turn, inMs)
  }

  function obey(order: Order): void {
    orderedMs = nowMs()
    switch (order.type) {
      case 'play':
        return void Promise.resolve(player.play()).catch((error: unknown) => {
          // Others, such as the AbortError of a pause that came at once, are no refusal.
          if (!stopped && error instanceof Error && error.name === 'NotAllowedError') take(refused(mind, player.muted), undefined)
        })
      case 'pause':
        return player.pause()
      case 'seek':
        player.currentTime = order.toS
        return
      case 'rate':
        player.playbackRate = order.rate
        return
      case 'muted':
        player.muted = order.muted
    }
  }

  /** Tells the room: READY once a timeline, and again where it was lost; REPORT as often as it wants and when a stall begins or ends, up to the end. */
  function inform(now: Situation): void {
    const { playback } = now
    if (now.serverNowMs === null || !playback) return
    const measured = { delay_ms: room.clock.delayMs() ?? 0, start_cost_ms: Math.round(putOffMs(mind.startCost)) }
    const version = `${playback.version}.${playback.at_ms}`
    if (mind.ready && readyFor !== version && room.tell({ type: 'READY', version: playback.version, ...measured })) readyFor = version
    // There is no picture where the room is: how far the player is from there says nothing.
    const isPastTheEnd = positionAt(playback, now.serverNowMs) > now.seen.durationS
    const stalled = mind.mode === 'stalled'
    const isNews = stalled !== reported.stalled && (!stalled || now.nowMs - mind.still.sinceMs >= toldAfterMs)
    if (isPastTheEnd || (!isNews && now.nowMs - reported.atMs < now.policy.report_interval_ms)) return
    reported = { atMs: now.nowMs, stalled }
    room.tell({ ...reportOf(mind, now, now.serverNowMs, room.clock.errorMs()), ...measured })
  }

  /** What the server does not know any more, or not yet, is told again at the next look: not at once, for the answer to RECOVERED goes first. */
  function heard(frame: ServerFrame): void {
    const waitsForUs = frame.type === 'WAITING' && frame.users.some(({ id }) => id === room.state.view?.you.id)
    if (waitsForUs || frame.type === 'RECOVERED' || frame.type === 'ROOM_STATE') readyFor = undefined
  }

  /** Whether it was us, or the player itself, or somebody with its controls, shows in what was ordered lately. */
  function noticed(type: string): void {
    if (nowMs() - orderedMs > echoMs && !mind.underWay) {
      const roomPlays = room.state.view?.playback.playing === true
      const intent = intentOf(type, player, mind, { nowMs: nowMs(), ended: sight.seen(nowMs()).ended, roomPlays })
      if (intent) mind = touched(mind, intent, { isTold: onIntent?.(intent) === true, nowMs: nowMs() })
    }
    turn()
  }

  const listeners = [...events.map((type) => [type, () => noticed(type)] as const), ['timeupdate', () => sight.note(nowMs())] as const]
  for (const [type, listener] of listeners) player.addEventListener(type, listener)
  const offFrames = room.on('frame', heard)
  const off = room.subscribe(({ ended }) => (ended ? stop() : turn()))

  function stop(): void {
    stopped = true
    clearTimeout(timer)
    for (const [type, listener] of listeners) player.removeEventListener(type, listener)
    offFrames()
    // The first call comes before there is anything to take off.
    queueMicrotask(() => off())
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    get state() {
      return store.get()
    },
    resume() {
      const playing = room.state.view?.playback.playing === true
      take(resumed(mind), undefined)
      // In the handler of the tap, for that is when the browser allows it. One at its end would begin anew, and alone.
      if (playing && player.paused && !sight.seen(nowMs()).ended) obey({ type: 'play' })
      turn()
    },
    stop,
  }
}

function intentOf(
  type: string,
  player: Player,
  mind: Mind,
  { nowMs, ended, roomPlays }: { readonly nowMs: number; readonly ended: boolean; readonly roomPlays: boolean },
): Intent | undefined {
  const { currentTime: positionS, playbackRate: rate } = player
  const follows = mind.mode === 'following' || mind.mode === 'correcting'
  if (type === 'pause' && follows && !ended) return { type: 'pause', positionS }
  // A room that has gone past the end plays already, and its position counts: it begins anew where it is told to jump.
  if (type === 'play' && mind.mode === 'ended' && roomPlays) return nowMs < mind.handsOffUntilMs ? undefined : { type: 'seek', positionS } // Browsers jump first, of which has been told.
  if (type === 'play' && (mind.mode === 'holding' || mind.mode === 'paused_here' || mind.mode === 'ended'))
    return { type: 'play', positionS }
  const stands = mind.mode === 'holding' || mind.mode === 'ended'
  // Players in a frame look for jumps themselves, and find some where there are none.
  if (type === 'seeking' && (follows || stands) && hasLeft(mind.course, { positionS, rate }, nowMs)) return { type: 'seek', positionS }
  return undefined
}

function stateOf({ mode, drifts, startCost, refused: refusal }: Mind): FollowerState {
  const plays = mode === 'following' || mode === 'correcting'
  return {
    mode,
    driftMs: plays ? Math.round(drifts.at(-1) ?? 0) : null,
    mutedByBrowser: refusal !== 'no',
    startCostMs: Math.round(expectedMs(startCost)),
  }
}
