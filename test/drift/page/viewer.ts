import { createMatinee, type Follower, follow, type RoomConnection } from '@matinee/client'
import { checkClock } from './clock'
import { type Invitation, type Recording, turns } from './recording'

/** One viewer: a muted video on the room's timeline, and a record of what was seen of it. */
export interface Viewer {
  /** Resolves when it is in, and its video stands ready where the room is, or plays with it. */
  enter(invitation: Invitation): Promise<void>
  /** Resolve with the version that the room's timeline has come to, once the page has heard of it. */
  play(timeS?: number): Promise<number>
  pause(): Promise<number>
  seek(timeS: number): Promise<number>
  /** Resolves when a picture from there on is seen to move, by a timeline of that version or a later one. */
  sees(positionS: number, version: number): Promise<void>
  checkClock: typeof checkClock
  recording(): Recording
}

declare global {
  var viewer: Viewer
}

const video = document.querySelector('video') ?? document.createElement('video')
const startedMs = performance.timeOrigin
const nowMs = () => startedMs + performance.now()
const recording: Omit<Recording, 'startCostMs'> = { frames: [], turns: [], timelines: [], modes: [], clock: [] }
const onFrame = new Set<() => void>()
let room: RoomConnection | undefined
let follower: Follower | undefined

for (const type of turns) video.addEventListener(type, () => void recording.turns.push({ atMs: nowMs(), type, rate: video.playbackRate }))
video.requestVideoFrameCallback(note)

/** Notes the picture that comes to be seen. */
function note(_: number, { expectedDisplayTime, mediaTime }: VideoFrameCallbackMetadata): void {
  recording.frames.push({ atMs: startedMs + expectedDisplayTime, positionS: mediaTime })
  for (const listener of onFrame) listener()
  video.requestVideoFrameCallback(note)
}

async function enter({ baseUrl, session, code }: Invitation): Promise<void> {
  const storage = { getItem: () => session, setItem() {}, removeItem() {} }
  const entered = createMatinee({ baseUrl, storage }).enter(code)
  room = entered
  let version = -1
  entered.subscribe(({ view }) => {
    if (!view?.playback.media || view.playback.version === version) return
    version = view.playback.version
    const { playing, time, at_ms, rate } = view.playback
    recording.timelines.push({ atMs: nowMs(), timeline: { version, playing, time, at_ms, rate } })
  })
  const { playback } = await entered.entered
  video.src = playback.media?.url ?? ''
  follower = follow(entered, video)
  const following = follower
  following.subscribe(({ mode, driftMs }) => void recording.modes.push({ atMs: nowMs(), mode, driftMs }))
  setInterval(noteClock, 250)
  await new Promise<void>((resolve) => {
    const look = () => {
      if (video.readyState >= 3 && ['holding', 'following', 'correcting'].includes(following.state.mode)) resolve()
    }
    following.subscribe(look)
    video.addEventListener('canplay', look)
  })
}

/** Resolves when the command has taken effect and this page knows the timeline that came of it. */
async function drive(command: (room: RoomConnection) => Promise<unknown>): Promise<number> {
  if (!room) throw new Error('Nobody is in yet.')
  const before = versionOf(room)
  await command(room)
  return new Promise((resolve) => {
    const off = room?.subscribe(() => {
      const version = versionOf(room)
      if (version === before) return
      resolve(version)
      // The first call comes before there is anything to take off.
      queueMicrotask(() => off?.())
    })
  })
}

const versionOf = (room: RoomConnection | undefined): number => room?.state.view?.playback.version ?? -1

function noteClock(): void {
  const serverMs = room?.clock.nowMs()
  const errorMs = room?.clock.errorMs()
  if (typeof serverMs === 'number' && errorMs !== undefined && Number.isFinite(errorMs))
    recording.clock.push({ atMs: nowMs(), serverMs, errorMs })
}

function sees(positionS: number, version: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const { positionS: seenS = 0 } = recording.frames.at(-1) ?? {}
      if ((recording.timelines.at(-1)?.timeline.version ?? -1) < version || video.paused || video.seeking || seenS < positionS) return
      onFrame.delete(look)
      resolve()
    }
    onFrame.add(look)
  })
}

globalThis.viewer = {
  enter,
  play: (timeS) => drive((it) => it.play(timeS)),
  pause: () => drive((it) => it.pause()),
  seek: (timeS) => drive((it) => it.seek(timeS)),
  sees,
  checkClock,
  recording: () => ({ ...recording, startCostMs: follower?.state.startCostMs ?? Number.NaN }),
}
