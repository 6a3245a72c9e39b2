import type { closeCodes } from '@matinee/contracts'
import { createSingleFlight, type Ids, type Log } from '@matinee/kernel'
import type { LogEntry } from '../domain/log-entry'
import type { RoomImage } from '../domain/room-image'
import type { Memberships, RoomLog, Written } from '../ports'
import { tellCrowd } from './crowd'
import { reachesHead, readBytes, readLength } from './reads'
import { createLiveRoom, type LiveRoom } from './room'
import { seedOf } from './seed'
import type { Session } from './session'
import { hearWhisper } from './telling'

/** What serving rooms needs. */
export interface RoomsOptions {
  readonly node: string
  readonly log: RoomLog
  readonly memberships: Memberships
  readonly ids: Ids
  readonly logger: Log
  /** For durations. */
  readonly monotonicMs: () => number
  /** The room log's clock. */
  readonly logNowMs: () => number
  readonly liveNodes: () => Promise<readonly string[]>
  readonly wakeIn: (inMs: number, run: () => void) => void
  readonly end: (session: Session, close: keyof typeof closeCodes) => void
  readonly admit: (session: Session) => void
  /** Hears of a room in which others have taken this node for gone, with its people; it serves it again. */
  readonly onTakenForGone: (room: LiveRoom) => void
  /** Has rooms looked at within a moment: one has been opened, or is being watched elsewhere too. */
  readonly lookSoon: () => void
  /**
   * Hears, in the same turn, of a room that has started over, and who was in it: its log
   * is another (`epoch`), or no longer holds what this node had missed (`window`).
   */
  readonly onRestart: (room: LiveRoom, sessions: readonly Session[], reason: 'epoch' | 'window') => void
}

/** See `createRooms`. */
export type Rooms = ReturnType<typeof createRooms>

const epochLength = 12
const epochAlphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
/** An entry of our own may overtake one of another node by a moment; only what stays missing is read. */
const gapPatienceMs = 50
/** How long to wait before a log that did not answer is asked again for what is missing. */
const retryMs = 500

/** The rooms that this node serves: opened at the first connection, caught up when entries are missing, closed when unused. */
export function createRooms(options: RoomsOptions) {
  const { node, log, memberships, ids, logger, monotonicMs, logNowMs, liveNodes, wakeIn, end, admit, onRestart, onTakenForGone, lookSoon } =
    options
  const rooms = new Map<string, LiveRoom>()
  const closing = new Map<string, Promise<void>>()
  /** What this node has had the log write of rooms that it is just opening: their images may be from before that. */
  const writtenEarly = new Map<string, Written[]>()
  const opening = createSingleFlight<LiveRoom | undefined>()
  const reopening = createSingleFlight<void>()
  /** The latest of each room, done or not. */
  const reopened = new Map<string, Promise<void>>()

  async function serving(code: string, listener: (entry: LogEntry) => void) {
    const onReplaced = () => {
      const room = rooms.get(code)
      if (room) void tryToCatchUp(room)
    }
    const onWhisper = (from: string, text: string) => {
      const room = rooms.get(code)
      if (room) hearWhisper({ logger, lookSoon }, room, from, text)
    }
    return { node, liveNodes: await liveNodes(), listener, onReplaced, onWhisper }
  }

  /** Opens the log; where there is none, asks the room's owner for what it should begin with. Undefined: no such room. */
  async function openLog(code: string, userId: string, listener: (entry: LogEntry) => void): Promise<RoomImage | undefined> {
    const image = await log.open(code, await serving(code, listener))
    if (image) return image
    const seed = await seedOf(memberships, code, userId)
    if (!seed) return undefined
    const epoch = ids.text(epochAlphabet, epochLength)
    return log.open(code, { ...(await serving(code, listener)), seed: { ...seed, epoch } })
  }

  async function open(code: string, userId: string): Promise<LiveRoom | undefined> {
    await closing.get(code)
    const written: Written[] = []
    writtenEarly.set(code, written)
    try {
      return await openWith(code, userId, written)
    } finally {
      writtenEarly.delete(code)
    }
  }

  async function openWith(code: string, userId: string, written: readonly Written[]): Promise<LiveRoom | undefined> {
    const early: LogEntry[] = []
    const image = await openLog(code, userId, (entry) => {
      const room = rooms.get(code)
      if (room) room.receive([entry])
      else early.push(entry)
    })
    if (!image) return undefined
    const room: LiveRoom = createLiveRoom({
      code,
      image,
      monotonicMs,
      logNowMs,
      end,
      admit,
      takenForGone: () => openAnew(room),
      onGap: () => void setTimeout(() => void fillGap(room), gapPatienceMs),
      // A timer may come a moment early, and would find that it is not time yet.
      onCrowd: (inMs) => wakeIn(inMs + 1, () => rooms.get(code) === room && void tellCrowd({ log, node, logger }, room)),
    })
    rooms.set(code, room)
    room.receive(early)
    for (const each of written) take(code, each)
    lookSoon()
    return room
  }

  async function fillGap(room: LiveRoom): Promise<void> {
    if (room.hasGap()) await tryToCatchUp(room)
  }

  /** As `catchUp`, for whom it is enough that it is tried again. */
  const tryToCatchUp = (room: LiveRoom): Promise<void> =>
    catchUp(room).catch((error) => logger.warn('a room could not be caught up', { room: room.code, error }))

  /**
   * Reads what is missing, page by page. A log that has moved out of reach makes the room start over. Rejects as the log does,
   * and what is missing then is asked for again.
   */
  async function catchUp(room: LiveRoom): Promise<void> {
    if (rooms.get(room.code) !== room) return
    try {
      for (;;) {
        const { epoch, seq, note, offset } = room.replica
        const page = await log.read(room.code, { epoch, seq, note }, readLength, readBytes)
        if (!page) return await reopen(room)
        room.receive(page)
        // What comes next is not there any more, though the log goes on.
        if (page.length > 0 && room.replica.offset === offset) return await reopen(room)
        if (reachesHead(page)) break
      }
      room.gapRemains()
    } catch (error) {
      // Not every failure is an outage after which all rooms are opened anew.
      setTimeout(() => room.gapRemains(), retryMs)
      throw error
    }
  }

  /**
   * Opens a served room again: its replica goes on where it was, or starts over if the log is another
   * or has been trimmed. A room that nobody uses is given up where its log is gone.
   */
  function reopen(room: LiveRoom): Promise<void> {
    const flight = reopening(room.code, () => bringUp(room))
    if (rooms.get(room.code) === room) reopened.set(room.code, flight)
    return flight
  }

  /** As `reopen`, by answers that were asked for from now on: one that is under way may have asked before an outage. */
  async function reopenAnew(room: LiveRoom): Promise<void> {
    await reopened.get(room.code)?.catch(() => {})
    await reopen(room)
  }

  /** As `reopenAnew`, behind the caller's back. Where the log does not answer, its return is another reason to. */
  function openAnew(room: LiveRoom): void {
    reopenAnew(room).catch((error) => logger.warn('a room could not be opened again', { room: room.code, error }))
  }

  /**
   * Takes what this node had the log write, of which nobody else tells it. A room that is known by another name of its log is
   * opened again.
   */
  function take(code: string, written: Written): void {
    const { epoch, entries } = written
    if (entries.length === 0) return
    const room = rooms.get(code)
    if (!room) writtenEarly.get(code)?.push(written)
    else if (room.replica.epoch === epoch) room.receive(entries)
    else openAnew(room)
  }

  async function bringUp(room: LiveRoom): Promise<void> {
    if (rooms.get(room.code) !== room) return
    const { epoch, offset: seen } = room.replica
    const image = await openAgain(room)
    if (!image) return
    // Compared with what was seen before asking: meanwhile the replica may have gone on, past the answer.
    if (image.epoch !== epoch || image.offset < seen) return restart(room, image, 'epoch')
    if (!image.wasServing) onTakenForGone(room)
    while (room.replica.offset < image.offset) {
      const { seq, note, offset } = room.replica
      const page = await log.read(room.code, { epoch, seq, note }, readLength, readBytes)
      room.receive(page ?? [])
      if (room.replica.offset > offset) continue
      const fresh = await openAgain(room)
      if (fresh) restart(room, fresh, fresh.epoch === epoch ? 'window' : 'epoch')
      return
    }
  }

  async function openAgain(room: LiveRoom): Promise<RoomImage | undefined> {
    const { code } = room
    const listener = (entry: LogEntry) => room.receive([entry])
    const sessions = [...room.members, ...room.waiting, ...room.entering]
    const someone = sessions.find(({ identity }) => identity)?.identity?.userId
    const image = someone === undefined ? await log.open(code, await serving(code, listener)) : await openLog(code, someone, listener)
    if (image) return image
    for (const session of sessions) end(session, 'room_not_found')
    await close(room)
    return undefined
  }

  function restart(room: LiveRoom, image: RoomImage, reason: 'epoch' | 'window'): void {
    const sessions = [...room.members]
    room.restart(image)
    onRestart(room, sessions, reason)
  }

  /** Stops serving a room that nobody uses here. */
  async function close(room: LiveRoom): Promise<void> {
    if (rooms.get(room.code) !== room) return
    rooms.delete(room.code)
    reopened.delete(room.code)
    const closed = log.close(room.code, node).catch((error) => {
      // The registration that stays behind costs a publish nobody hears, until this node's lease ends.
      logger.debug('a room could not be closed in the log', { room: room.code, error })
    })
    closing.set(room.code, closed)
    await closed
    closing.delete(room.code)
  }

  return {
    get: (code: string): LiveRoom | undefined => rooms.get(code),
    all: (): readonly LiveRoom[] => [...rooms.values()],
    /** The live room, opened if need be; undefined when there is no such room. `userId` is who asks for it. */
    async acquire(code: string, userId: string): Promise<LiveRoom | undefined> {
      return rooms.get(code) ?? (await opening(code, () => open(code, userId)))
    },
    take,
    catchUp,
    reopen,
    reopenAnew,
    openAnew,
    close,
  }
}
