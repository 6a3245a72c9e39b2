import { expect } from 'bun:test'
import type { LogEntry } from '../../domain/log-entry'
import type { Position } from '../../domain/position'
import type { RoomLog } from '../../ports'
import { imageDigest, modelImage } from './model-image'
import type { ModelConnection, Step } from './model-steps'
import { createRoomModel, digestOf, type RoomModel } from './room-model'
import { ana, ben, chat, cleo, person, play, roomRow } from './stage'

/** A log with two nodes, and what its server may be made to do. */
export interface ModelWorld {
  readonly nodes: { readonly north: RoomLog; readonly south: RoomLog }
  readonly keptEvents: number
  readonly keptBytes: number
  /** Time goes on. */
  tick(): void
  /** The data stay, and the server reigns anew. */
  restart(room: string): Promise<void>
  /** What a replica has of the room from now on. */
  replicate(room: string): Promise<void>
  /** The replica is promoted, with what it has. False where it has nothing. */
  failover(room: string): Promise<boolean>
  /** The node goes, and another comes under its name. */
  replace(node: 'north' | 'south'): Promise<void>
  /** The log loses everything. */
  lose(): Promise<void>
}

interface Line {
  readonly node: 'north' | 'south'
  readonly user: string
  readonly commandId: string | undefined
  readonly chat: boolean
  readonly length: number
}

/** Does the steps to a log and to the model, and expects the same of both after each. */
export async function runSteps(world: ModelWorld, steps: readonly Step[]): Promise<void> {
  const code = crypto.randomUUID().slice(0, 8).toUpperCase()
  const rows = [
    person(code, { user_id: ana, display_name: 'A', role: 'host' }),
    person(code, { user_id: ben, display_name: 'A' }),
    person(code, { user_id: cleo, display_name: 'A', standing: 'PENDING' }),
  ]
  const room = roomRow({ room_code: code, media: mediaOf('first') })
  const liveNodes = [nameOf('north'), nameOf('south')]
  let model = createRoomModel(room, rows)
  let replicated: RoomModel | undefined
  let epoch = 'first'
  let version = 1
  /** Nobody has been told what the epoch is called now. */
  let renamed = false
  const epochs = new Set([epoch])
  const named = new Map<string, string>()
  /** How large the entry at each offset is. */
  const bytes = new Map<number, number>()

  const open = async (node: 'north' | 'south', seeded = false) => {
    const seed = { room, participants: rows, epoch, rowsTo: 1 }
    const options = { node: nameOf(node), liveNodes, listener() {}, ...(seeded ? { seed } : {}) }
    const image = await world.nodes[node].open(code, options)
    if (!image) throw new Error('the log is gone')
    if (renamed) {
      expect(epochs.has(image.epoch)).toBe(false)
      epochs.add(image.epoch)
      epoch = image.epoch
      renamed = false
    }
    expect(imageDigest(image)).toEqual({ ...modelImage(model), epoch })
    const chats = image.chats.map((payload) => JSON.parse(payload).message)
    const all = model.entries.flatMap(({ digest }) => /CHAT_MESSAGE (.*)$/.exec(digest)?.[1] ?? [])
    expect(chats).toEqual(all.slice(-50))
  }

  /** Two payloads under one name would be found here, whoever tells them. */
  const note = (entries: readonly LogEntry[], of: string) => {
    for (const { offset, seq, note, payload } of entries) {
      bytes.set(offset, Buffer.byteLength(payload))
      const name = `${of} ${seq}.${note}`
      expect(named.get(name) ?? payload).toBe(payload)
      named.set(name, payload)
    }
  }
  /** What the call appended is what the model appended meanwhile. */
  const appended = (entries: readonly LogEntry[], from: number) => {
    expect(entries.map((entry) => ({ offset: entry.offset, digest: digestOf(entry) }))).toEqual(
      model.entries.slice(from).map(({ offset, digest }) => ({ offset, digest })),
    )
    note(entries, epoch)
  }

  /** Up to this much is kept in any case: a log that trims may let go of a little more than it has to, and of an entry as a whole. */
  const leastBytes = world.keptBytes - world.keptBytes / 64 - 10_000
  const bytesFrom = (first: number) =>
    model.entries.slice(first - 1).reduce((sum, { offset }) => sum + (bytes.get(offset) ?? Number.POSITIVE_INFINITY), 0)
  const firstAfter = (position: Position) => model.entries.findLastIndex((entry) => !isAfter(entry, position)) + 2
  const said = ({ user, commandId, chat: isChat }: Omit<Line, 'node' | 'length'>, text: string) =>
    model.append({ user, role: 'member', type: 'CHAT_MESSAGE', detail: text, commandId, chat: isChat, expectedVersion: undefined })
  const say = ({ node, user, commandId, chat: isChat }: Omit<Line, 'length'>, text: string) =>
    world.nodes[node].append(code, {
      ...chat({ epoch, node: nameOf(node), text }),
      sender: { userId: user, role: 'member' },
      ...(commandId === undefined ? {} : { commandId }),
      ...(isChat ? { chat: true } : {}),
    })
  const outcomeOf = (outcome: Awaited<ReturnType<RoomLog['append']>>): string => {
    if (outcome.outcome === 'appended') {
      note([outcome.entry], epoch)
      return `appended ${digestOf(outcome.entry)}`
    }
    if (outcome.outcome === 'repeated') return `repeated ${outcome.seq}`
    return outcome.outcome === 'refused' ? `refused ${outcome.code}` : outcome.outcome
  }
  const at = (node: 'north' | 'south') => ({ epoch, node: nameOf(node) })
  const idOf = ({ user, number }: ModelConnection) => `${user.at(-1)}${number}`
  const versionOf = (news: 'newer' | 'same' | 'older', stored: number) =>
    news === 'newer' ? ++version : news === 'same' ? stored : stored - 1

  /** The server reigns anew: nobody gets through under the old name, whatever it is that comes first. */
  const renameAll = async () => {
    model.fence()
    const old = epoch
    renamed = true
    const outcome = await world.nodes.south.append(code, chat({ epoch: old, node: nameOf('south'), text: 'under the old name' }))
    expect(outcome).toEqual({ outcome: 'epoch' })
    expect(await world.nodes.south.read(code, { epoch: old, seq: 0, note: 0 }, 10)).toBeUndefined()
    await open('north')
    await open('south')
  }

  await open('north', true)
  await open('south')
  for (const [count, step] of steps.entries()) {
    world.tick()
    const from = model.entries.length
    switch (step.step) {
      case 'say': {
        const text = `line ${count}`.padEnd(step.length, '☾')
        expect(outcomeOf(await say(step, text))).toBe(said(step, text))
        break
      }
      case 'play': {
        const expectedVersion = model.playbackVersion + step.ahead
        const { user, node, commandId } = step
        const command = play({ ...at(node), version: expectedVersion, sender: { userId: user, role: 'host' } })
        const outcome = await world.nodes[node].append(code, { ...command, ...(commandId === undefined ? {} : { commandId }) })
        const detail = `${expectedVersion + 1}`
        expect(outcomeOf(outcome)).toBe(model.append({ user, role: 'host', type: 'PLAY', detail, commandId, chat: false, expectedVersion }))
        break
      }
      case 'together': {
        // Their order is the log's to choose; in that order, they are what the model says.
        const lines = step.lines.map((line, place) => ({ line, text: `line ${count}.${place}`.padEnd(line.length, '☾') }))
        const outcomes = await Promise.all(lines.map(({ line, text }) => say(line, text)))
        const placeOf = (place: number) => {
          const outcome = outcomes[place]
          if (outcome?.outcome === 'appended') return outcome.entry.seq
          // One that was refused may have come before another under its id that was not.
          return outcome?.outcome === 'refused' ? 0 : Number.MAX_SAFE_INTEGER
        }
        const order = lines.map((_, place) => place).sort((one, other) => placeOf(one) - placeOf(other))
        for (const place of order) {
          const [each, outcome] = [lines[place], outcomes[place]]
          if (each && outcome) expect(outcomeOf(outcome)).toBe(said(each.line, each.text))
        }
        break
      }
      case 'fill': {
        const lines = Array.from({ length: step.count }, (_, i) => ({
          user: ben,
          commandId: undefined,
          chat: false,
          text: `fill ${count}.${i}`,
        }))
        const outcomes = await Promise.all(lines.map((line) => say({ ...line, node: step.node }, line.text)))
        expect(outcomes.map(outcomeOf)).toEqual(lines.map((line) => said(line, line.text)))
        break
      }
      case 'arrive': {
        const outcome = await world.nodes[step.node].arrive(code, {
          ...at(step.node),
          connection: idOf(step.connection),
          userId: step.connection.user,
        })
        const expected = model.arrive(nameOf(step.node), idOf(step.connection), step.connection.user)
        expect(outcome.outcome === 'not_approved' ? `not_approved ${outcome.standing}` : outcome.outcome).toBe(expected)
        appended(outcome.outcome === 'arrived' ? outcome.entries : [], from)
        break
      }
      case 'depart': {
        const { entries } = await world.nodes[step.node].depart(code, { ...at(step.node), connection: idOf(step.connection) })
        model.depart(nameOf(step.node), idOf(step.connection))
        appended(entries, from)
        break
      }
      case 'adopt': {
        const connections = step.connections.map((each) => ({ connection: idOf(each), userId: each.user }))
        const outcome = await world.nodes[step.node].adopt(code, { ...at(step.node), connections })
        if (outcome.outcome !== 'adopted') throw new Error('not adopted')
        const refused = connections.flatMap(({ connection, userId }) =>
          model.arrive(nameOf(step.node), connection, userId) === 'arrived'
            ? []
            : [{ connection, standing: model.members.get(userId)?.standing }],
        )
        expect(outcome.refused).toEqual(refused)
        appended(outcome.entries, from)
        break
      }
      case 'evict': {
        const { entries } = await world.nodes[step.node].evict(code, step.live.map(nameOf))
        model.evict(step.live.map(nameOf))
        appended(entries, from)
        break
      }
      case 'member': {
        const stored = model.members.get(step.user)?.version
        const { user: user_id, standing, role, name: display_name } = step
        const row = person(code, {
          user_id,
          standing,
          role,
          display_name,
          version: versionOf(stored === undefined ? 'newer' : step.news, stored ?? 0),
        })
        const { entries } = await world.nodes[step.node].applyParticipant(row)
        model.putMember(row)
        appended(entries, from)
        break
      }
      case 'room': {
        const { name, chat: is_chat_enabled, active: is_active, control, choice: media_by } = step
        const row = {
          ...room,
          name,
          is_chat_enabled,
          is_active,
          control,
          media_by,
          host: { ...room.host, id: step.host },
          media: mediaOf(step.media),
          version: versionOf(step.news, model.room.version),
        }
        const { entries } = await world.nodes[step.node].applyRoom(row)
        model.putRoom(row)
        appended(entries, from)
        break
      }
      case 'read': {
        const after = { seq: model.position.seq - step.back, note: step.note }
        const read = await world.nodes[step.node].read(code, { epoch, ...after }, step.limit)
        if (read) {
          const rest = model.entries.filter((entry) => isAfter(entry, after)).slice(0, step.limit)
          expect(read.map((entry) => ({ offset: entry.offset, digest: digestOf(entry) }))).toEqual(
            rest.map(({ offset, digest }) => ({ offset, digest })),
          )
          note(read, epoch)
          if (model.position.offset > firstAfter(after)) expect(bytesFrom(firstAfter(after))).toBeLessThanOrEqual(world.keptBytes)
        }
        const reaches = !isAfter(after, model.position) && !isAfter(model.begun, after)
        if (!reaches || after.seq < 0) expect(read).toBeUndefined()
        else if (after.seq > model.position.seq - world.keptEvents && bytesFrom(firstAfter(after)) < leastBytes) expect(read).toBeDefined()
        break
      }
      case 'open':
        await open(step.node)
        break
      case 'close':
        await world.nodes[step.node].close(code, nameOf(step.node))
        break
      case 'restart':
        await world.restart(code)
        await renameAll()
        break
      case 'replace':
        await world.replace(step.node)
        await open(step.node)
        break
      case 'lose': {
        await world.lose()
        const lost = chat({ epoch, node: nameOf('south'), text: 'to the log that is lost' })
        expect(await world.nodes.south.append(code, lost)).toEqual({ outcome: 'epoch' })
        model = createRoomModel(room, rows)
        replicated = undefined
        epoch = `after ${count}`
        epochs.add(epoch)
        bytes.clear()
        await open('north', true)
        await open('south')
        break
      }
      case 'replicate':
        replicated = model.copy()
        await world.replicate(code)
        break
      case 'failover':
        if (!(await world.failover(code)) || !replicated) break
        model = replicated.copy()
        await renameAll()
        break
    }
  }
  await open('south')
}

const nameOf = (node: string): string => `${node}-of-the-model`

const mediaOf = (id: string | undefined) => (id === undefined ? null : { provider: 'youtube' as const, id, url: `https://youtu.be/${id}` })

const isAfter = (one: Position, other: Position) => one.seq > other.seq || (one.seq === other.seq && one.note > other.note)
