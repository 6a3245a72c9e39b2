import { awakeMs } from './awake'
import { expectSound, type History, violationsOf } from './history'
import type { Wish } from './live-client'
import type { Random } from './random'
import type { Person, Scene } from './scene'
import { someAtOnce } from './some-at-once'
import { until } from './until'
import { openViewer, type Viewer } from './viewer'

/** A room full of people who talk, whatever happens, and whose history is held to everything that Matinee promises. */
export interface Party {
  readonly code: string
  readonly roomId: string
  /** The host first. */
  readonly viewers: readonly [Viewer, ...Viewer[]]
  /** Resolves when each of them has had `count` more lines acknowledged than now. */
  goesOn(count: number, withinMs?: number): Promise<void>
  /** The longest that each of them waited for an answer since this was asked last, in milliseconds. */
  pausesMs(): readonly number[]
  /** One more is here, who talks if there are not enough who do. */
  joins(viewer: Viewer): void
  /** Ends the talk, waits until all show the same, and throws unless the whole run was sound; those who have left are looked at too. */
  settles(withinMs?: number): Promise<History>
  /** Closes all sockets. */
  ends(): Promise<void>
}

export interface PartyOptions {
  readonly scene: Scene
  readonly random: Random
  readonly guests: number
  /** The doors of the viewer at this place; by default all gateways, beginning with another one each. */
  readonly urlsOf?: (place: number) => readonly [string, ...string[]]
  /** How many of them talk, the host among them; by default all do. */
  readonly talkers?: number
  /** How many commands each has under way at once. */
  readonly atOnce?: number
  /** What they say; unique for each. */
  readonly line?: (who: number, line: number) => string
  readonly silenceMs?: number
  /** Whether the host chooses other videos too, which waits for rooms; by default it does. */
  readonly choosesVideos?: boolean
  /** How long each waits between two lines. */
  readonly pauseMs?: number
}

/** Gathers a host and guests in a public room; resolves when all are in and talk. */
export async function startParty(options: PartyOptions): Promise<Party> {
  const { scene, random, guests, atOnce = 2, pauseMs = 0, silenceMs, talkers = guests + 1 } = options
  const { line = (who, at) => `${who}.${at}`, choosesVideos = true } = options
  const { socketUrls } = scene.stack
  const urlsOf = options.urlsOf ?? ((place: number) => rotated(socketUrls, place))
  const host = await scene.guest('Host', 0)
  const { room_code: code, room_id: roomId } = await host.create()
  // The host's times are names of commands, all near the beginning; where the video is may be as far from there as it has played since.
  await host.http.update(host.token, code, { playback_policy: { seek_beyond_ms: 60_000 } })
  const people: Person[] = [host]
  for (let place = 1; place <= guests; place++) people.push(await scene.guest(`Guest ${place}`))
  await someAtOnce(people.slice(1), ({ http, token }) => http.join(token, code))
  const viewers: Viewer[] = []
  const acked: number[] = []
  let longestMs: number[] = []
  const talking: Promise<void>[] = []
  let over = false

  /** One stream of lines; the first viewer's drives the video in between, by every command there is. */
  async function talk(viewer: Viewer, who: number, stream: number): Promise<void> {
    for (let at = stream; !over; at += atOnce) {
      const drives = who === 0 && at % 5 === 0
      const wish = drives ? drive(at, choosesVideos) : ({ type: 'CHAT_MESSAGE', message: line(who, at) } as const)
      const beganMs = awakeMs()
      const outcome = await viewer.act(wish)
      longestMs[who] = Math.max(longestMs[who] ?? 0, awakeMs() - beganMs)
      // It has left, or was sent away.
      if (outcome.kind === 'unknown') return
      acked[who] = (acked[who] ?? 0) + 1
      if (pauseMs > 0) await Bun.sleep(random.next() * 2 * pauseMs)
    }
  }

  function joins(viewer: Viewer): void {
    const who = viewers.push(viewer) - 1
    if (who >= talkers) return
    acked[who] = 0
    for (let stream = 0; stream < atOnce; stream++) {
      const going = talk(viewer, who, stream)
      // Whoever fails fails the test in `settles`.
      going.catch(() => {})
      talking.push(going)
    }
  }

  const history = (): History => ({
    clients: viewers.map((viewer) => viewer.history),
    commands: viewers.flatMap(({ commands }) => commands),
    completeFor: viewers.map(({ person }) => person.id),
    present: [...new Set(viewers.filter(({ hasLeft }) => !hasLeft).map(({ person }) => person.id))],
  })

  for (const [place, person] of people.entries()) joins(openViewer({ person, code, urls: urlsOf(place), random, silenceMs }))
  await Promise.all(viewers.map((viewer) => viewer.enters()))
  const [first] = viewers
  if (!first) throw new Error('nobody came')

  return {
    code,
    roomId,
    get viewers() {
      return [first, ...viewers.slice(1)] as const
    },
    pausesMs() {
      const pauses = Array.from(longestMs, (pauseMs = 0) => pauseMs)
      longestMs = []
      return pauses
    },
    joins,
    async goesOn(count, withinMs = 20_000) {
      const wanted = acked.map((so) => so + count)
      const here = () => wanted.every((so, who) => viewers[who]?.hasLeft || (acked[who] ?? 0) >= so)
      await until(here, { withinMs }).catch((cause) => {
        throw new Error(`they fell silent: ${acked.map((so, who) => `${so} of ${wanted[who] ?? 0}`).join(', ')}`, { cause })
      })
    },
    async settles(withinMs = 15_000) {
      over = true
      let silent = false
      const done = Promise.all(talking).then(() => {
        silent = true
      })
      // What was sent last has its answer, or failed: then the test has.
      await Promise.race([done, until(() => silent, { withinMs })])
      // Ghosts are gone after a while, by rule; all else holds from the start, or never will.
      await until(() => violationsOf(history()).length === 0, { withinMs, everyMs: 250 }).catch(() => {})
      const its = history()
      expectSound(its)
      return its
    },
    async ends() {
      over = true
      await Promise.all(viewers.map((viewer) => viewer.leave()))
    },
  }
}

const ways = ['PLAY', 'SEEK', 'RATE', 'PAUSE', 'MEDIA', 'PLAY', 'RATE', 'SEEK', 'PAUSE', 'SEEK'] as const

/** What the host does at this line, each a little different from all before. */
function drive(at: number, choosesVideos: boolean): Wish {
  const type = ways[(at / 5) % ways.length] ?? 'PLAY'
  if (type === 'MEDIA' && choosesVideos) return { type, video_url: `https://films.example/${at}.mp4` }
  if (type === 'RATE') return { type, rate: 0.5 + (at % 3_000) / 1_000 }
  return { type: type === 'MEDIA' ? 'SEEK' : type, time: at / 1_000 }
}

function rotated(urls: readonly string[], place: number): readonly [string, ...string[]] {
  const [first, ...others] = [...urls.slice(place % urls.length), ...urls.slice(0, place % urls.length)]
  if (first === undefined) throw new Error('the stack has no doors')
  return [first, ...others]
}
