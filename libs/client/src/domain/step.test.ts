import { describe, expect, test } from 'bun:test'
import type { LogEvent, Role } from '../contract-types'
import { statusOf } from './connection'
import type { Resumed } from './room-view'
import { ana, ben, chat, drive, line, resumption, snapshot } from './scene.fixture'

const linesOf = ({ connection }: ReturnType<typeof drive>) => connection.view?.chat.map(({ seq }) => seq)
const connects = (effects: readonly { readonly type: string }[]) => effects.filter(({ type }) => type === 'connect')

describe('events', () => {
  test('[CN1] each is applied once, in order', () => {
    const member = drive().enter()

    for (const seq of [6, 6, 7, 6, 8]) member.frame(line(seq))

    expect(linesOf(member)).toEqual([6, 7, 8])
    expect(member.effects.filter(({ type }) => type === 'close')).toEqual([])
  })

  test('[CN1] after a gap it comes back with its place, and applies nothing beyond', () => {
    const member = drive().enter()
    member.frame(line(6))

    member.frame(line(8))
    const effects = member.pass(1_000)

    expect(linesOf(member)).toEqual([6])
    expect(connects(effects)).toMatchObject([{ type: 'connect', socket: 2, since: { epoch: 'e1', seq: 6 }, freshToken: false }])
  })

  test('[CN2] a snapshot replaces all that was known, also in the middle', () => {
    const member = drive().enter()
    member.frame(line(6))

    member.frame(snapshot({ reason: 'epoch', epoch: 'e2', seq: 2 }))
    member.frame(line(3))

    expect(member.connection.place).toEqual({ epoch: 'e2', seq: 3 })
    expect(linesOf(member)).toEqual([3])
  })

  test('[CN2] a resumption from another place is no resumption', () => {
    const member = drive().enter()
    member.closed(1006)
    member.pass(1_000)

    member.frame(resumption(4, 9))
    const effects = member.pass(1_000)

    expect(connects(effects)).toMatchObject([{ since: null }])
  })

  test('[CN1] one that was sent later than the place that it claims is of another log: it comes back to be told of it', () => {
    const member = drive().enter()
    member.frame(line(6))

    expect(member.frame(line(6))).toEqual([])
    expect(member.frame({ ...line(2), sent_at_ms: line(6).sent_at_ms + 1 })).toEqual([{ type: 'close', socket: 1, forGood: false }])
    expect(member.pass(500)).toMatchObject([{ type: 'connect', since: { epoch: 'e1', seq: 6 } }])
  })

  test('[CN1] [CN2] [CN11] a resumption in the middle of an open socket, in pages, goes on where it is', () => {
    const member = drive().enter()
    member.frame(line(6))

    const seen = [statusOf(member.connection)]
    for (const frame of [resumption(6, 8), line(7), resumption(7, 9), line(8), line(9), line(10)]) {
      member.frame(frame)
      seen.push(statusOf(member.connection))
    }

    expect(seen).toEqual(['live', ...Array(4).fill('reconnecting'), 'live', 'live'])
    expect(linesOf(member)).toEqual([6, 7, 8, 9, 10])
    expect(member.connection.place).toEqual({ epoch: 'e1', seq: 10 })
  })

  test('[CN3] one of an unknown type keeps its place', () => {
    const member = drive().enter()
    const view = member.connection.view

    // A later version of the server appends it.
    member.frame({ type: 'CONFETTI', seq: 6, sent_at_ms: 1 } as unknown as LogEvent)
    member.frame(line(7))

    expect(member.connection.place?.seq).toBe(7)
    expect(linesOf(member)).toEqual([7])
    expect(member.connection.view?.participants).toEqual(view?.participants ?? [])
  })

  test('[CN10] what an old socket says is not heard', () => {
    const member = drive().enter()
    member.closed(1006)

    member.take({ type: 'frame', socket: 1, frame: line(6) })
    member.pass(1_000)
    member.take({ type: 'frame', socket: 1, frame: line(6) })
    member.take({ type: 'closed', socket: 1, code: 4410 })

    expect(linesOf(member)).toEqual([])
    expect(member.connection.link.kind).toBe('opening')
  })

  test('[CN11] it is back once all that was missed has been applied', () => {
    const member = drive().enter()
    member.closed(1006)
    member.pass(1_000)

    const seen = [statusOf(member.connection)]
    for (const frame of [resumption(5, 7), line(6), line(7)]) {
      member.frame(frame)
      seen.push(statusOf(member.connection))
    }

    expect(seen).toEqual(['reconnecting', 'reconnecting', 'reconnecting', 'live'])
  })
})

describe('those who wait to enter', () => {
  const roleOf = (role: Role, seq: number): LogEvent => ({
    type: role === 'host' ? 'HOST_CHANGED' : 'ROLE_CHANGED',
    seq,
    sent_at_ms: 1_000_000 + seq,
    user: { ...ana, role },
    role,
  })
  const asMember = { you: { ...ana, role: 'member' as const } }
  const waiting = (member: ReturnType<typeof drive>) => member.connection.view?.pending

  test('[CN13] are not shown to one who is host no longer', () => {
    const member = drive().enter({ pending: [ben] })

    member.frame(line(6))
    const before = waiting(member)
    member.frame(roleOf('member', 7))

    expect([before, waiting(member)]).toEqual([[ben], []])
  })

  test('[CN13] nor where that came about while it was away', () => {
    const member = drive().enter({ pending: [ben] })
    member.closed(1006)
    member.pass(1_000)

    const { pending: _, ...resumed } = { ...resumption(5, 6), ...asMember } as Resumed
    member.frame(resumed)
    member.frame(roleOf('member', 6))

    expect(waiting(member)).toEqual([])
  })

  test('[CN13] but to one who is host again, whatever it was meanwhile', () => {
    const member = drive().enter()
    member.closed(1006)
    member.pass(1_000)

    member.frame({ ...resumption(5, 7), pending: [ben] } as Resumed)
    for (const event of [roleOf('member', 6), roleOf('host', 7)]) member.frame(event)

    expect(waiting(member)).toEqual([ben])
  })
})

describe('how far apart all are', () => {
  const skew = { type: 'SKEW' as const, members: [], skew_ms: 31 }

  test('[CN12] is known as long as it is told again, and a while longer', () => {
    const member = drive().enter()
    const known: boolean[] = []

    for (const passMs of [2_900, 2_900]) {
      member.frame(skew)
      member.pass(passMs)
      known.push(member.connection.skew?.frame === skew)
    }
    member.pass(100)
    known.push(member.connection.skew !== null)

    expect(known).toEqual([true, true, false])
  })

  test('[CN12] where reports are rarer, it is known for longer', () => {
    const member = drive().enter({ policy: { ...snapshot().policy, report_interval_ms: 5_000 } })

    member.frame(skew)
    member.pass(14_900)
    const before = member.connection.skew?.frame
    member.pass(100)

    expect([before, member.connection.skew]).toEqual([skew, null])
  })

  test('[CN12] and no longer than the socket that brought it', () => {
    const member = drive().enter()

    member.frame(skew)
    member.closed(1006)

    expect(member.connection.skew).toBeNull()
  })
})

describe('commands', () => {
  test('[CO1] they are sent in order, once the room is entered', () => {
    const member = drive()
    member.command(chat('1'))
    member.pass(0)
    member.command(chat('2'))
    const before = member.sent()

    member.frame(snapshot())
    member.command(chat('3'))

    expect(before).toEqual([])
    expect(member.sent()).toEqual([chat('1'), chat('2'), chat('3')])
  })

  test('[CO2] what has no answer is sent again on another socket, in order', () => {
    const member = drive().enter()
    for (const id of ['1', '2', '3']) member.command(chat(id))
    member.frame({ type: 'ACK', id: '2', seq: 6 })
    member.closed(1006)
    member.pass(1_000)
    const before = member.effects.length

    member.frame(resumption(5))

    expect(member.sent(before)).toEqual([chat('1'), chat('3')])
  })

  test('[CO2] and after RECOVERED, which is answered first', () => {
    const member = drive().enter()
    for (const id of ['1', '2']) member.command(chat(id))
    const before = member.effects.length

    member.frame({ type: 'RECOVERED' })

    expect(member.sent(before)).toEqual([{ type: 'RECOVERED' }, chat('1'), chat('2')])
  })

  test('[CO3] each is settled once, by its ACK or its ERROR', () => {
    const member = drive().enter()
    for (const id of ['1', '2']) member.command(chat(id))

    member.frame({ type: 'ACK', id: '1', seq: 6 })
    member.frame({ type: 'ACK', id: '1', seq: 6 })
    member.frame({ type: 'ERROR', id: '2', code: 'chat_disabled', message: 'No.', retryable: false })
    member.frame({ type: 'ACK', id: '2', seq: 7 })

    expect(member.effects.filter(({ type }) => type === 'settle')).toEqual([
      { type: 'settle', id: '1', outcome: { seq: 6 } },
      {
        type: 'settle',
        id: '2',
        outcome: { refused: { code: 'chat_disabled', message: 'No.', retryable: false, retryAfterMs: undefined } },
      },
    ])
  })

  test('[CO4] read_only holds it, and what comes later waits behind it', () => {
    const member = drive().enter()
    member.command(chat('1'))
    member.frame({ type: 'ERROR', id: '1', code: 'read_only', message: '', retryable: true, retry_after_ms: 2_000 })
    member.command(chat('2'))

    const early = member.pass(1_900).filter(({ type }) => type === 'send')
    const before = member.effects.length
    member.pass(200)

    expect(early.filter((effect) => effect.type === 'send' && effect.frame.type === 'CHAT_MESSAGE')).toEqual([])
    expect(member.sent(before)).toEqual([chat('1'), chat('2')])
  })

  test('[CO4] and is over when the room is restored', () => {
    const member = drive().enter()
    member.command(chat('1'))
    member.frame({ type: 'ERROR', id: '1', code: 'read_only', message: '', retryable: true, retry_after_ms: 20_000 })
    const before = member.effects.length

    member.frame({ type: 'NOTICE', code: 'restored' })

    expect(member.sent(before)).toEqual([chat('1')])
  })

  test('[CO5] one that takes too long is given up, and never sent again', () => {
    const member = drive().enter()
    member.command(chat('sent'), 3_000)
    member.closed(1006)
    member.command(chat('unsent'), 3_000)

    const effects = member.pass(3_000)
    member.frame(resumption(5))

    expect(effects.filter(({ type }) => type === 'settle')).toMatchObject([
      { id: 'sent', outcome: { refused: { code: 'timed_out' } } },
      { id: 'unsent', outcome: { refused: { code: 'unavailable' } } },
    ])
    expect(member.sent().filter(({ type }) => type === 'CHAT_MESSAGE')).toEqual([chat('sent')])
  })

  test('[CO6] the sixty-fifth without an answer is refused', () => {
    const member = drive().enter()

    for (let count = 1; count <= 65; count++) member.command(chat(`${count}`))

    expect(member.effects.filter(({ type }) => type === 'settle')).toMatchObject([
      { id: '65', outcome: { refused: { code: 'rate_limited' } } },
    ])
  })
})
