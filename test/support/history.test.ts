import { describe, expect, test } from 'bun:test'
import { type ClientHistory, type CommandHistory, type History, violationsOf } from './history'

/** A sound run of two people, and what each test changes of it. */
function setup() {
  const frames = (name: string, ...more: object[]): string[] => [snapshot({ you: { id: name } }), ...more.map(textOf)]
  const log = [joined(2, 'ben'), chat(3, 'ana', 'one'), play(4, 'ana', 7, 1), chat(5, 'ben', 'two')]
  const ana: ClientHistory = { name: 'ana', userId: 'ana', frames: frames('ana', ...log, ack('a1', 3)) }
  const ben: ClientHistory = { name: 'ben', userId: 'ben', frames: frames('ben', ...log) }
  const commands = [
    said('a1', 'ana', 'one', 1, { kind: 'acked', epoch: 'e', seq: 3 }),
    { id: 'a2', userId: 'ana', type: 'PLAY', time: 7, firstSent: 2, lastSent: 2, outcome: { kind: 'acked', epoch: 'e', seq: 4 } },
    said('b1', 'ben', 'two', 1, { kind: 'acked', epoch: 'e', seq: 5 }),
  ] as const satisfies CommandHistory[]
  const history: History = { clients: [ana, ben], commands, completeFor: ['ana', 'ben'], present: ['ana', 'ben'] }
  const rules = (changed: Partial<History>) => [...new Set(violationsOf({ ...history, ...changed }).map(({ rule }) => rule))]
  /** Ben's run, with other events after his snapshot. */
  const bens = (...events: object[]): Partial<History> => ({ clients: [ana, { ...ben, frames: frames('ben', ...events) }] })
  return { ana, ben, log, commands, history, rules, bens, frames }
}

describe('a history', () => {
  test('that is sound has no violation', () => {
    const { history } = setup()

    expect(violationsOf(history)).toEqual([])
  })

  test('may resume, repeat an answer, and start over with a reason', () => {
    const { ana, ben, log, rules, frames } = setup()
    const resumed = [
      ...log.slice(0, 2),
      { type: 'ROOM_STATE', resumed: true, epoch: 'e', seq: 3 },
      ...log.slice(2),
      ack('b1', 5),
      ack('b1', 5),
    ]
    const people = [{ id: 'ana' }, { id: 'ben' }]
    const skipped = { seq: 5, reason: 'window', participants: people, playback: play(4, 'ana', 7, 1), chat_history: [log[1], log[3]] }

    expect(rules({ clients: [ana, { ...ben, frames: frames('ben', ...resumed) }] })).toEqual([])
    expect(rules({ clients: [ana, { ...ben, frames: [...frames('ben', log[0] ?? {}), snapshot(skipped)] }] })).toEqual([])
  })

  test('of a client that began elsewhere is followed from there', () => {
    const { ana, ben, log, rules } = setup()
    const later = [{ type: 'ROOM_STATE', resumed: true, epoch: 'e', seq: 4 }, ...log.slice(3)].map(textOf)

    const found = rules({ clients: [ana, { ...ben, since: 'e.4', frames: later }], present: undefined })

    expect(found).toEqual([])
  })
})

describe('one payload a place', () => {
  test('two clients that were given different events under one number', () => {
    const { log, rules, bens } = setup()

    expect(rules(bens(...log.slice(0, 3), chat(5, 'ben', 'other')))).toContain('one_payload')
  })

  test('a snapshot that quotes another line than the log has', () => {
    const { ana, ben, log, rules } = setup()
    const quoting = snapshot({ seq: 5, participants: [{ id: 'ana' }, { id: 'ben' }], chat_history: [chat(3, 'ana', 'other'), log[3]] })

    expect(rules({ clients: [ana, { ...ben, frames: [quoting] }] })).toContain('one_payload')
  })
})

describe('contiguity', () => {
  const { log } = setup()
  test.each([
    ['a gap', [log[0], log[2], log[3]]],
    ['an event twice', [log[0], log[1], log[1], log[2], log[3]]],
    ['two events in the wrong order', [log[1], log[0], log[2], log[3]]],
    ['a resume from elsewhere', [log[0], { type: 'ROOM_STATE', resumed: true, epoch: 'e', seq: 3 }, log[2], log[3]]],
    ['a snapshot that goes back', [...log, { ...state, seq: 2 }]],
    ['an epoch that was left', [...log, { ...state, epoch: 'f', seq: 1 }, { ...state, epoch: 'e', seq: 5 }]],
  ])('%s', (_, events) => {
    const { rules, bens } = setup()

    expect(rules(bens(...events.map((event) => event ?? {})))).toContain('contiguous')
  })
})

describe('commands', () => {
  test('one that was acknowledged and is not in the log', () => {
    const { commands, rules } = setup()

    expect(rules({ commands: [...commands, said('b2', 'ben', 'lost', 9, { kind: 'acked', epoch: 'e', seq: 6 })] })).toEqual([
      'acknowledged_once',
    ])
  })

  test('one that was acknowledged as another event', () => {
    const { commands, rules } = setup()
    const [first, ...others] = commands

    expect(rules({ commands: [{ ...first, message: 'other' }, ...others] })).toEqual(['acknowledged_once'])
  })

  test.each([
    ['another position', { type: 'PAUSE', time: 9 }, { type: 'PAUSE', time: 8 }],
    ['another rate', { type: 'RATE', rate: 1.5 }, { type: 'RATE', rate: 2 }],
    ['another video', { type: 'MEDIA', video_url: 'https://films.example/1.mp4' }, { type: 'MEDIA', media: film(2) }],
    ['another kind', { type: 'RATE', rate: 1.5 }, { type: 'SEEK', time: 1.5 }],
  ])('one that was acknowledged as %s', (_, command, event) => {
    const told = 'video_url' in command ? { type: 'MEDIA', media: film(1) } : command

    expect(driven(command, { ...command, ...told })).toEqual([])
    expect(driven(command, event)).toEqual(['acknowledged_once'])
  })

  test.each([
    ['PAUSE', { time: 9 }, { time: 9 }],
    ['RATE', { rate: 1.5 }, { rate: 1.5 }],
    ['MEDIA', { video_url: 'https://films.example/1.mp4' }, { media: film(1) }],
  ])('%s that was acknowledged and took effect twice', (type, command, event) => {
    const twice = [6, 7].map((seq) => ({ ...play(seq, 'ana', 0, seq), type, ...event }))

    expect(driven({ type, ...command }, ...twice)).toEqual(['acknowledged_once'])
  })

  test('a video that was acknowledged without an event: only where a log began with it', () => {
    const { ana, log, commands, rules, frames } = setup()
    const choice = { id: 'a3', userId: 'ana', type: 'MEDIA', video_url: film(1).url, firstSent: 3, lastSent: 3 }
    const acked = { ...choice, outcome: { kind: 'acked', epoch: 'f', seq: 10 } } as const
    const after = (media: object) => {
      const begun = { ...state, epoch: 'f', seq: 9, reason: 'epoch', playback: { ...state.playback, media } }
      return rules({
        clients: [{ ...ana, frames: frames('ana', ...log, begun, chat(10, 'ana', 'on')) }],
        commands: [...commands, acked],
        ...open,
      })
    }

    expect(after(film(1))).toEqual([])
    expect(after(film(2))).toEqual(['acknowledged_once'])
  })

  test('two that were acknowledged as one event', () => {
    const { commands, rules } = setup()

    expect(rules({ commands: [...commands, said('b2', 'ben', 'two', 9, { kind: 'acked', epoch: 'e', seq: 5 })] })).toEqual([
      'acknowledged_once',
    ])
  })

  test('one that was acknowledged and took effect twice', () => {
    const { ana, ben, log, rules, frames } = setup()
    const doubled = [...log, chat(6, 'ben', 'two')]

    const clients = [ana, ben].map((client) => ({ ...client, frames: frames(client.name, ...doubled) }))

    expect(rules({ clients })).toEqual(['acknowledged_once'])
  })

  test('one without an answer may have taken effect once, not twice', () => {
    const { ana, ben, log, commands, rules, frames } = setup()
    const history = (...events: object[]) => ({
      clients: [ana, ben].map((client) => ({ ...client, frames: frames(client.name, ...log, ...events) })),
      commands: [...commands, said('b2', 'ben', 'maybe', 9, { kind: 'unknown' })],
    })

    expect(rules(history())).toEqual([])
    expect(rules(history(chat(6, 'ben', 'maybe')))).toEqual([])
    expect(rules(history(chat(6, 'ben', 'maybe'), chat(7, 'ben', 'maybe')))).toEqual(['unacknowledged_at_most_once'])
  })

  test('one that was refused took no effect', () => {
    const { ana, ben, log, commands, rules, frames } = setup()
    const clients = [ana, ben].map((client) => ({ ...client, frames: frames(client.name, ...log, chat(6, 'ben', 'no')) }))

    const found = rules({ clients, commands: [...commands, said('b2', 'ben', 'no', 9, { kind: 'refused', code: 'rate_limited' })] })

    expect(found).toEqual(['refused_never'])
  })

  test('an event that nobody asked for', () => {
    const { ana, ben, log, rules, frames } = setup()
    const clients = [ana, ben].map((client) => ({ ...client, frames: frames(client.name, ...log, chat(6, 'ben', 'whence?')) }))

    expect(rules({ clients })).toEqual(['unacknowledged_at_most_once'])
    expect(rules({ clients, completeFor: ['ana'] })).toEqual([])
  })

  test('an answer that comes before its event', () => {
    const { log, rules, bens } = setup()

    expect(rules(bens(...log.slice(0, 3), ack('b1', 5), ...log.slice(3)))).toEqual(['ack_after_event'])
  })

  test('two of one sender in the other order, unless the first was sent again', () => {
    const { commands, rules } = setup()
    const [one, two, three] = commands

    expect(rules({ commands: [{ ...one, firstSent: 3, lastSent: 3 }, two, three] })).toEqual(['sender_order'])
    expect(rules({ commands: [{ ...one, firstSent: 3, lastSent: 3 }, { ...two, lastSent: 4 }, three] })).toEqual([])
  })
})

describe('what clients show', () => {
  test('playback that goes back', () => {
    const { ana, ben, log, rules, frames } = setup()
    const clients = [ana, ben].map((client) => ({ ...client, frames: frames(client.name, ...log, play(6, 'cai', 3, 1)) }))

    expect(rules({ clients })).toEqual(['playback_forward'])
  })

  test('one that stands behind the others, unless it has left', () => {
    const { ana, ben, log, rules, bens, frames } = setup()

    expect(rules(bens(...log.slice(0, 3)))).toContain('final_state')
    expect(rules({ clients: [ana, { ...ben, hasLeft: true, frames: frames('ben', ...log.slice(0, 3)) }] })).toEqual([])
  })

  test.each([
    ['playback', { playback: play(4, 'ana', 8, 1) }],
    ['room', { room: { name: 'another' } }],
    ['participants', { participants: [{ id: 'ana' }] }],
    ['chat', { chat_history: [chat(3, 'ana', 'one'), chat(4, 'ben', 'two')] }],
  ])('another %s than the others show', (what, changed) => {
    const { ana, ben, log, history } = setup()
    const same = { seq: 5, participants: [{ id: 'ana' }, { id: 'ben' }], playback: play(4, 'ana', 7, 1), chat_history: [log[1], log[3]] }
    const late = (its: object): ClientHistory => ({ ...ben, frames: [snapshot({ ...same, ...its })] })
    expect(violationsOf({ ...history, present: undefined, clients: [ana, late({})] })).toEqual([])
    const found = violationsOf({ ...history, present: undefined, clients: [ana, late(changed)] })
    expect(found.filter(({ rule }) => rule === 'final_state').map(({ what }) => what)).toEqual([
      expect.stringContaining(`differ in ${what}`),
    ])
  })

  test('a ghost, and one who is missing', () => {
    const { rules } = setup()

    expect(rules({ present: ['ana'] })).toEqual(['presence'])
    expect(rules({ present: ['ana', 'ben', 'cai'] })).toEqual(['presence'])
  })

  test('arrivals and departures that are told together', () => {
    const { ana, ben, log, rules, frames } = setup()
    const together = { type: 'PRESENCE', ...event(6, 'ana'), user: undefined, joined: [{ id: 'cai' }], left: [{ id: 'ben' }], total: 2 }
    const after = (told: object, present: readonly string[]) => ({
      clients: [ana, ben].map((client) => ({ ...client, frames: frames(client.name, ...log, told) })),
      present,
    })

    expect(rules(after(together, ['ana', 'cai']))).toEqual([])
    expect(rules(after(together, ['ana', 'ben']))).toEqual(['presence'])
    expect(rules(after({ ...together, total: 3 }, ['ana', 'cai']))).toEqual(['presence'])
    expect(rules(after({ ...together, left: [{ id: 'dan' }], total: 3 }, ['ana', 'ben', 'cai']))).toEqual(['presence'])
  })

  test('somebody who arrives twice, or leaves without having been there', () => {
    const { ana, ben, log, rules, frames } = setup()
    const both = (event: object) => ({
      clients: [ana, ben].map((client) => ({ ...client, frames: frames(client.name, ...log, event) })),
      present: undefined,
    })

    expect(rules(both(joined(6, 'ben')))).toEqual(['presence'])
    expect(rules(both({ ...joined(6, 'cai'), type: 'USER_LEFT' }))).toEqual(['presence'])
  })
})

/** What is wrong when Ana gives a command, is told that it took effect as event 6, and everybody is given these events. */
function driven(command: { readonly type: string }, ...events: readonly object[]): readonly string[] {
  const { ana, ben, log, commands, rules, frames } = setup()
  const told = events.map((its, at) => ({ ...play(6 + at, 'ana', 0, 6 + at), ...its }))
  const clients = [ana, ben].map((client) => ({ ...client, frames: frames(client.name, ...log, ...told) }))
  const outcome = { kind: 'acked', epoch: 'e', seq: 6 } as const
  return rules({ clients, commands: [...commands, { id: 'a3', userId: 'ana', firstSent: 3, lastSent: 3, outcome, ...command }] })
}

/** Of one who is not held to what it sent, nor to who is there. */
const open = { completeFor: [], present: undefined }
const film = (at: number) => ({ provider: 'file', id: `${at}`, url: `https://films.example/${at}.mp4` })
const textOf = (frame: object): string => JSON.stringify(frame)
const event = (seq: number, userId: string) => ({ seq, sent_at_ms: 1, user: { id: userId } })
const joined = (seq: number, userId: string) => ({ type: 'USER_JOINED', ...event(seq, userId) })
const chat = (seq: number, userId: string, message: string) => ({ type: 'CHAT_MESSAGE', id: `m${seq}`, ...event(seq, userId), message })
const play = (seq: number, userId: string, time: number, version: number) => ({
  type: 'PLAY',
  ...event(seq, userId),
  time,
  version,
  playing: true,
})
const ack = (id: string, seq: number) => ({ type: 'ACK', id, seq })
const state = {
  ...{ type: 'ROOM_STATE', resumed: false, reason: 'first', epoch: 'e', seq: 1, you: { id: 'ana' }, room: { name: 'cinema' } },
  ...{ participants: [{ id: 'ana' }], playback: { playing: false, time: 0, version: 0 }, chat_history: [] },
}
const snapshot = (changed: object): string => textOf({ ...state, ...changed })

const said = (id: string, userId: string, message: string, sent: number, outcome: CommandHistory['outcome']) =>
  ({ id, userId, type: 'CHAT_MESSAGE', message, firstSent: sent, lastSent: sent, outcome }) as const
