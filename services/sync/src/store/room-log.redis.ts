import type { RoomRow } from '@matinee/contracts'
import type { Log } from '@matinee/kernel'
import type { LogEntry } from '../domain/log-entry'
import type { RoomImage } from '../domain/room-image'
import type { Append, AppendOutcome, RoomLog, Written } from '../ports'
import { appendArguments, participantArgument, roomArgument, seedArguments } from './redis-arguments'
import { openRedisCluster } from './redis-cluster'
import { openRedisConnection } from './redis-connection'
import { entriesOf, type Heard, isWhisper, listOf, messageOf, numberOf, pairsOf, standingOf, streamEntryOf, textOf } from './redis-replies'
import { composeScripts, type Script } from './redis-scripts'
import { defaultBounds, type RoomLogBounds } from './room-log.bounds'
import { eventBody, eventText } from './room-log.texts'

export interface RedisRoomLogOptions {
  /** `redis://…`, Redis 7 or newer: one server, or several nodes of one Redis Cluster, any of which tells of the others. */
  readonly urls: readonly [string, ...string[]]
  /** This node's name: no spaces, and no other node's. */
  readonly node: string
  readonly log: Log
  /** How long a call waits for its answer; also how often an idle connection is asked whether it lives. */
  readonly commandTimeoutMs?: number
  readonly bounds?: RoomLogBounds
}

/**
 * The room log on Redis, shared by all nodes that open it there. Opening returns at
 * once, and connects until `stop`: `connected` tells when it can be used.
 */
export function openRedisRoomLog({
  urls,
  node: self,
  log,
  commandTimeoutMs = 1_500,
  bounds = defaultBounds,
}: RedisRoomLogOptions): RoomLog {
  const scripts = composeScripts(bounds)
  const common = { log, commandTimeoutMs, scripts: Object.values(scripts) }
  const redis = urls.length > 1 ? openRedisCluster({ ...common, urls }) : openRedisConnection({ ...common, url: urls[0], clustered: false })
  /** How far each room's log has been seen: one that is behind it has lost entries, and counts as gone. */
  const seen = new Map<string, { readonly epoch: string; offset: number }>()
  /** The node's lease has been given once: from then on it can lapse. */
  let leased = false

  // A cluster that is moving a room from one server to another has to know all its keys, to refuse the call; elsewhere one does, and costs less.
  const keysOf = (room: string) => (redis.clustered ? names.map((name) => `{${room}}:${name}`) : [`{${room}}:state`])
  /** The same, with the key of the command that a call may have to remember; of no command without one, for appends that go together have as many keys each. */
  const keysWith = (room: string, userId = '', commandId = '') =>
    redis.clustered ? [...keysOf(room), `{${room}}:seen:${userId}:${commandId}`] : keysOf(room)
  const seenBy = (room: string, node: string, epoch: string) => {
    const known = seen.get(room)
    return [node, epoch, known?.epoch === epoch ? known.offset : 0]
  }
  const run = (script: Script, room: string, node: string, epoch: string, ...args: readonly (string | number)[]) =>
    redis.run(script, keysOf(room), [...seenBy(room, node, epoch), ...args])
  /** For scripts that may store this row of a room, and with it that a command took effect. */
  const runFor = (row: RoomRow, script: Script, node: string, epoch: string, ...args: readonly (string | number)[]) =>
    redis.run(script, keysWith(row.room_code, row.media_by?.user_id, row.media_by?.command_id), [
      ...seenBy(row.room_code, node, epoch),
      ...args,
    ])
  const saw = (room: string, epoch: string, offset: number) => {
    const known = seen.get(room)
    if (known?.epoch === epoch) known.offset = Math.max(known.offset, offset)
  }
  const sawAll = (room: string, epoch: string, entries: readonly LogEntry[]) => {
    for (const { offset } of entries) saw(room, epoch, offset)
    return entries
  }
  /** What a script answers that says itself which log it was. */
  const writtenTo = (room: string, reply: unknown): Written => {
    const [epoch, entries] = listOf(reply)
    const name = textOf(epoch)
    return { epoch: name, entries: sawAll(room, name, entriesOf(entries)) }
  }

  return {
    async open(room, { node, liveNodes, listener, onReplaced, onWhisper, seed }) {
      const channel = channelOf(room)
      const served = seen.has(room)
      // What is heard before the answer may be of the log that the answer names.
      let early: Heard[] | undefined = []
      const hear = (heard: Heard) => {
        const known = heard.epoch === seen.get(room)?.epoch
        if (isWhisper(heard)) {
          if (known) onWhisper?.(heard.node, heard.entry.payload)
        } else if (known) listener(heard.entry)
        else if (early) early.push(heard)
        else onReplaced?.()
      }
      await redis.subscribe(channel, (message) => {
        const heard = messageOf(message)
        if (heard.node !== node) hear(heard)
      })
      const known = seen.get(room)?.epoch ?? ''
      const live = JSON.stringify(liveNodes)
      const opening = seed
        ? runFor(seed.room, scripts.open, node, known, live, ...seedArguments(seed))
        : run(scripts.open, room, node, known, live, '', '', '', '')
      const reply = await opening.catch((error) => {
        early = undefined
        if (!served) redis.unsubscribe(channel)
        throw error
      })
      if (reply === null) {
        seen.delete(room)
        redis.unsubscribe(channel)
        return undefined
      }
      const image = imageOf(reply)
      seen.set(room, { epoch: image.epoch, offset: image.offset })
      const held = early
      early = undefined
      // Later: the caller has to have the answer first, for it may have known another log.
      setImmediate(() => {
        for (const { epoch, entry } of held) if (epoch === seen.get(room)?.epoch) listener(entry)
      })
      return image
    },

    async close(room, node) {
      seen.delete(room)
      redis.unsubscribe(channelOf(room))
      await run(scripts.close, room, node, '')
    },

    async append(room, command) {
      const { node, epoch, sender, commandId } = command
      const keys = keysWith(room, sender.userId, commandId)
      const reply = await redis.runTogether(scripts.append, keys, [...seenBy(room, node, epoch), ...appendArguments(command)])
      const outcome = appendOutcome(textOf(reply), command)
      if (outcome.outcome === 'appended') saw(room, command.epoch, outcome.entry.offset)
      return outcome
    },

    async arrive(room, { epoch, node, connection, userId }) {
      const reply = await run(scripts.arrive, room, node, epoch, connection, userId)
      if (reply === null) return { outcome: 'epoch' }
      const [member, entries, untold, head] = listOf(reply)
      if (entries === undefined) return { outcome: 'not_approved', standing: standingOf(textOf(member)) }
      const arrived = { outcome: 'arrived', member: textOf(member), told: untold === 0, head: numberOf(head) } as const
      return { ...arrived, entries: sawAll(room, epoch, entriesOf(entries)) }
    },

    depart: async (room, { epoch, node, connection }) => writtenTo(room, await run(scripts.depart, room, node, epoch, connection)),

    async adopt(room, { epoch, node, connections }) {
      const pairs = connections.flatMap(({ connection, userId }) => [connection, userId])
      const reply = await run(scripts.adopt, room, node, epoch, ...pairs)
      if (reply === null) return { outcome: 'epoch' }
      const [entries, members, refused] = listOf(reply)
      return {
        outcome: 'adopted',
        entries: sawAll(room, epoch, entriesOf(entries)),
        members: new Map(pairsOf(members)),
        refused: pairsOf(refused).map(([connection, letter]) => ({ connection, standing: standingOf(letter) })),
      }
    },

    evict: async (room, liveNodes) => writtenTo(room, await run(scripts.evict, room, self, '', JSON.stringify(liveNodes))),
    async tellPresence(room, { epoch, node, due }) {
      return { entries: sawAll(room, epoch, entriesOf(await run(scripts.tellPresence, room, node, epoch, due))) }
    },
    whisper: async (room, { epoch, node, text }) => (await run(scripts.whisper, room, node, epoch, text)) === 1,
    applyParticipant: async (row, asOf) =>
      writtenTo(row.room_code, await run(scripts.applyParticipant, row.room_code, self, '', participantArgument(row, asOf))),
    applyRoom: async (row) => writtenTo(row.room_code, await runFor(row, scripts.applyRoom, self, '', roomArgument(row))),

    vouch: async (room, { epoch, rowsTo }) => (await run(scripts.vouch, room, self, epoch, rowsTo)) === 1,

    async read(room, { epoch, seq, note }, limit, enoughBytes = Number.MAX_SAFE_INTEGER) {
      const reply = await run(scripts.read, room, self, epoch, seq, note, limit, enoughBytes)
      return reply === null ? undefined : listOf(reply).map(streamEntryOf)
    },

    async moved(places) {
      const atOnce = redis.clustered ? 1 : movedAtOnce
      const parts = Array.from({ length: Math.ceil(places.length / atOnce) }, (_, i) => places.slice(i * atOnce, (i + 1) * atOnce))
      const found = parts.map(async (part) => {
        const keys = part.map(({ room }) => `{${room}}:state`)
        const known = part.flatMap(({ epoch, offset }) => [epoch, offset])
        const places = listOf(await redis.run(scripts.moved, keys, known)).map(numberOf)
        return places.flatMap((at) => part[at]?.room ?? [])
      })
      return (await Promise.all(found)).flat()
    },

    async beat(node, leaseMs) {
      const [nowMs, held, nodes] = listOf(await redis.run(scripts.beat, ['matinee:nodes'], [node, leaseMs]))
      const lapsed = leased && held === 0
      leased = true
      return { nowMs: numberOf(nowMs), liveNodes: listOf(nodes).map(textOf), lapsed }
    },

    async touch(rooms) {
      await Promise.all(rooms.map((room) => run(scripts.touch, room, self, '')))
    },

    connected: redis.connected,
    onConnected: redis.onConnected,
    stop: redis.stop,
  }
}

const names = ['state', 'log', 'members', 'conns', 'people', 'untold', 'pending', 'nodes']
/** How many rooms one call asks about: no more than a script may look at without keeping others waiting. */
const movedAtOnce = 250
const channelOf = (room: string) => `{${room}}:live`

const refusals = {
  e: { outcome: 'epoch' },
  n: { outcome: 'refused', code: 'not_approved' },
  h: { outcome: 'refused', code: 'host_only' },
  o: { outcome: 'refused', code: 'moderators_only' },
  c: { outcome: 'refused', code: 'chat_disabled' },
  v: { outcome: 'conflict' },
  k: { outcome: 'claimed' },
} as const satisfies Record<string, AppendOutcome>

/** The script tells the place and the stamp only; the frame is built here as the script built it. */
function appendOutcome(reply: string, { event }: Append): AppendOutcome {
  if (reply.startsWith('a')) {
    const [offset, seq, stampMs] = reply.slice(1).split(' ').map(numberOf)
    if (offset === undefined || seq === undefined || stampMs === undefined) throw new Error('an append answered no place')
    const payload = eventText(seq, stampMs, event.type, eventBody(event, stampMs))
    return { outcome: 'appended', entry: { offset, seq, note: 0, type: event.type, payload } }
  }
  if (reply.startsWith('r')) return { outcome: 'repeated', seq: numberOf(reply.slice(1)) }
  const refusal = Object.entries(refusals).find(([letter]) => letter === reply)?.[1]
  if (!refusal) throw new Error(`an append answered ${reply}`)
  return refusal
}

function imageOf(reply: unknown): RoomImage {
  const [epoch, seq, note, offset, room, playback, people, pending, chats, rowsTo, presenceDue, wasServing] = listOf(reply)
  const named = (pair: readonly [string, string]) => ({ userId: pair[0], member: pair[1] })
  return {
    epoch: textOf(epoch),
    seq: numberOf(seq),
    note: numberOf(note),
    offset: numberOf(offset),
    wasServing: numberOf(wasServing) === 1,
    rowsTo: numberOf(rowsTo),
    room: textOf(room),
    playback: textOf(playback),
    people: pairsOf(people).map(named),
    presenceDue: numberOf(presenceDue),
    pending: pairsOf(pending).map(named),
    chats: listOf(chats).map(textOf).reverse(),
  }
}
