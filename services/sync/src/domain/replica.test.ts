import { describe, expect, test } from 'bun:test'
import { defaultPlaybackPolicy, defaultRoomSettings } from '@matinee/contracts'
import type { LogEntry } from './log-entry'
import { advance, chatHistoryLength, eventsAfter, forgetTail, replicaOf, tailLength } from './replica'
import type { RoomImage } from './room-image'
import { snapshotFrame } from './room-state'

const ana = '{"id":"00000000-0000-4000-8000-00000000000a","display_name":"Ana","is_guest":false,"role":"host"}'
const ben = '{"id":"00000000-0000-4000-8000-00000000000b","display_name":"Ben","is_guest":true,"role":"member"}'
const [anaId, benId] = [ana, ben].map((member) => (JSON.parse(member) as { id: string }).id)
const room = {
  room_id: '00000000-0000-4000-8000-000000000001',
  room_code: '7GQ4KX2M',
  name: 'Cinema',
  is_private: false,
  entry_mode: null,
  host: { id: anaId, display_name: 'Ana', is_guest: false },
  owner_id: anaId,
  media: null,
  is_chat_enabled: true,
  ...defaultRoomSettings,
  is_active: true,
  created_at_ms: 1,
}
const image: RoomImage = {
  epoch: 'e1',
  seq: 4,
  note: 1,
  offset: 7,
  room: JSON.stringify({ ...room, version: 3 }),
  playback: '{"media":null,"playing":false,"time":0,"at_ms":1,"rate":1,"version":0,"user":null}',
  people: [{ userId: anaId ?? '', member: ana }],
  presenceDue: 0,
  wasServing: true,
  pending: [],
  rowsTo: 1,
  chats: ['{"message":"before"}'],
}

const policy = { heartbeat_ms: 1, silence_ms: 2, start_lead_ms: 3, ...defaultPlaybackPolicy }

/** A replica at `image`, and the entries that follow it. */
function setup() {
  const replica = replicaOf(image)
  let { seq, note, offset } = image
  const event = (type: string, body: string): LogEntry => {
    seq++
    note = 0
    return {
      offset: ++offset,
      seq,
      note,
      type: type as LogEntry['type'],
      payload: `{"seq":${seq},"sent_at_ms":9,"type":"${type}",${body}}`,
    }
  }
  const remark = (type: string, payload: string): LogEntry => ({
    offset: ++offset,
    seq,
    note: ++note,
    type: type as LogEntry['type'],
    payload,
  })
  const take = (...entries: readonly LogEntry[]) => {
    for (const entry of entries) advance(replica, entry)
  }
  return { replica, event, remark, take }
}

describe('replica', () => {
  test('[LG10] begins where the image stands, and shows clients the room without its version', () => {
    const { replica } = setup()

    expect(replica).toMatchObject({ epoch: 'e1', seq: 4, note: 1, offset: 7 })
    expect(JSON.parse(replica.roomText)).toEqual(room)
    expect([...replica.people.values()]).toEqual([ana])
  })

  test('[LG10] takes entries in their order only', () => {
    const { replica, event } = setup()
    const [, second] = [event('CHAT_MESSAGE', '"message":"1"'), event('CHAT_MESSAGE', '"message":"2"')]

    expect(() => advance(replica, second ?? event('CHAT_MESSAGE', ''))).toThrow('does not follow')
    expect(replica.offset).toBe(7)
  })

  test('[LG10] people come and go in the order of their arrival', () => {
    const { replica, event, take } = setup()

    take(event('USER_JOINED', `"user":${ben}`), event('USER_LEFT', `"user":${ana}`), event('USER_JOINED', `"user":${ana}`))

    expect([...replica.people]).toEqual([
      [benId ?? '', ben],
      [anaId ?? '', ana],
    ])
  })

  test('[LG10] who comes and goes within a second is taken at once', () => {
    const { replica, event, take } = setup()
    const cleo = ben.replace(/0b/, '0c').replace('Ben', 'Cleo')

    take(event('PRESENCE', `"joined":[${ben},${cleo}],"left":[${ana}],"total":2`))

    expect([...replica.people.values()]).toEqual([ben, cleo])
  })

  test('[LG10] what newcomers are shown follows every change', () => {
    const { replica, event, remark, take } = setup()
    const renamed = ben.replace('Ben', 'Benjamin')
    const shown = () => {
      const frame = JSON.parse(snapshotFrame(replica, { member: ana, isHost: true }, 'first', { policy, serverTimeMs: 1 }))
      return frame.participants.map(({ display_name }: { display_name: string }) => display_name)
    }

    const seen = [shown()]
    for (const entry of [
      event('USER_JOINED', `"user":${ben}`),
      remark('MEMBER_CHANGED', `{"user":${renamed}}`),
      event('PRESENCE', `"joined":[],"left":[${ana}],"total":1`),
      event('USER_LEFT', `"user":${renamed}`),
    ]) {
      take(entry)
      seen.push(shown())
    }

    expect(seen).toEqual([['Ana'], ['Ben', 'Ana'], ['Benjamin', 'Ana'], ['Benjamin'], []])
  })

  test('[LG10] playback is what the last of its events says', () => {
    const { replica, event, take } = setup()

    take(event('PLAY', `"media":null,"playing":true,"time":12,"at_ms":99,"rate":1,"version":1,"user":${ana}`))

    expect(replica.playback).toEqual({ media: null, playing: true, time: 12, at_ms: 99, rate: 1, version: 1, user: JSON.parse(ana) })
    expect(JSON.parse(replica.playbackText)).toEqual(replica.playback)
  })

  test('[RG9] it waits for members as long as the last of its events says so', () => {
    const { replica, event, take } = setup()
    const play = (version: number, more: string) =>
      event('PLAY', `"media":null,"playing":true,"time":12,"at_ms":99,"rate":1,"version":${version}${more},"user":${ana}`)

    take(play(1, ',"put_off":true'))
    const waiting = replica.playback
    take(play(2, ''))

    expect(waiting).toMatchObject({ version: 1, put_off: true })
    expect(replica.playbackText).not.toContain('put_off')
  })

  test('[LG10] the room is what its last event says, and once closed it is closed', () => {
    const { replica, event, take } = setup()

    take(event('ROOM_UPDATED', `"room":${JSON.stringify({ ...room, name: 'Opera' })}`), event('ROOM_CLOSED', '"reason":"closed_by_host"'))

    expect(JSON.parse(replica.roomText)).toEqual({ ...room, name: 'Opera', is_active: false })
  })

  test('[LG10] those who wait are put on the list and taken off it, in the order in which they asked', () => {
    const { replica, remark, event, take } = setup()
    const note = (type: string, member: string) => remark(type, `{"user":${member}}`)

    take(note('PARTICIPANT_PENDING', ben), note('PARTICIPANT_PENDING', ana))
    const both = [...replica.pending.keys()]
    take(note('PARTICIPANT_APPROVED', ben))
    const one = [...replica.pending.keys()]
    take(event('PARTICIPANT_REMOVED', `"user":${ana},"reason":"left"`))

    expect([both, one, [...replica.pending.keys()]]).toEqual([[benId ?? '', anaId ?? ''], [anaId ?? ''], []])
  })

  test('[LG10] a new name is everywhere where the old one was, and nowhere else', () => {
    const { replica, remark, take } = setup()
    const renamed = (member: string, name: string) => JSON.stringify({ ...JSON.parse(member), display_name: name })

    take(remark('MEMBER_CHANGED', `{"user":${renamed(ana, 'Anna')}}`), remark('MEMBER_CHANGED', `{"user":${renamed(ben, 'Benjamin')}}`))

    expect([...replica.people.values()]).toEqual([renamed(ana, 'Anna')])
    expect(replica.pending.size).toBe(0)
  })

  test('[LG10] [PB18] a new role is there at once, for newcomers too', () => {
    const { replica, event, take } = setup()
    const [anaMember, benMember] = [ana.replace('"host"', '"member"'), ben.replace('"member"', '"host"')]
    const shown = () => JSON.parse(snapshotFrame(replica, { member: ana, isHost: true }, 'first', { policy, serverTimeMs: 1 })).participants

    take(event('USER_JOINED', `"user":${ben}`))
    const before = shown()
    take(event('HOST_CHANGED', `"user":${benMember},"role":"host"`), event('ROLE_CHANGED', `"user":${anaMember},"role":"member"`))

    expect(before).toEqual([ben, ana].map((member) => JSON.parse(member)))
    expect(shown()).toEqual([benMember, anaMember].map((member) => JSON.parse(member)))
  })

  test('[LG10] the latest lines of chat are kept, oldest first', () => {
    const { replica, event, take } = setup()

    for (let count = 0; count < 60; count++) take(event('CHAT_MESSAGE', `"message":"${count}"`))

    expect(replica.chats).toHaveLength(chatHistoryLength)
    expect(replica.chats.map((line) => (JSON.parse(line) as { message: string }).message).slice(-2)).toEqual(['58', '59'])
  })

  test('[LG11] what a later version appends moves the replica on, and changes nothing else', () => {
    const { replica, event, remark, take } = setup()

    take(event('REACTION', '"emoji":"x"'), remark('SOMETHING_NEW', '{"user":{"id":"x"}}'))

    expect(replica).toMatchObject({ seq: 5, note: 1, offset: 9 })
    expect(eventsAfter(replica, 4)?.map(({ type }) => type as string)).toEqual(['REACTION'])
    expect(replica.people.size + replica.pending.size).toBe(1)
  })

  test('[LG6] at least the latest 128 events are at hand, without notes, and never many more', () => {
    const { replica, event, remark, take } = setup()
    for (let count = 0; count < 1_000; count++) {
      take(event('CHAT_MESSAGE', `"message":"${count}"`))
      if (count % 7 === 0) take(remark('CONNECTION_REPLACED', '{"connection":"c"}'))
      const at = Math.min(count + 1, tailLength)
      const events = eventsAfter(replica, replica.seq - at)
      expect(events?.map(({ seq }) => seq)).toEqual(Array.from({ length: at }, (_, place) => replica.seq - at + 1 + place))
    }

    expect(replica.tail.length).toBeLessThan(2 * tailLength)
  })

  test('[LG6] a room that was quiet for long has nothing at hand but what comes next', () => {
    const { replica, event, take } = setup()
    take(event('CHAT_MESSAGE', '"message":"1"'))
    const { seq } = replica

    forgetTail(replica)
    const atTheHead = eventsAfter(replica, seq)
    const before = eventsAfter(replica, seq - 1)
    take(event('CHAT_MESSAGE', '"message":"2"'))

    expect([atTheHead, before]).toEqual([[], undefined])
    expect(eventsAfter(replica, seq)?.map((entry) => entry.seq)).toEqual([seq + 1])
    expect(eventsAfter(replica, seq - 1)).toBeUndefined()
  })

  test('[LG6] nothing follows the head; before what is at hand, and after the head, is not known', () => {
    const { replica, event, take } = setup()
    take(event('CHAT_MESSAGE', '"message":"1"'))

    expect(eventsAfter(replica, 5)).toEqual([])
    expect(eventsAfter(replica, 3)).toBeUndefined()
    expect(eventsAfter(replica, 6)).toBeUndefined()
  })
})
