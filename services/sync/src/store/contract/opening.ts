import { describe, expect, test } from 'bun:test'
import { advance, replicaOf } from '../../domain/replica'
import { ana, ben, cleo, createInbox, createStage, entryOf, messagesOf, type OpenWorld, person, typesOf } from './stage'

export function holdsOpening(openWorld: OpenWorld): void {
  const setup = createStage(openWorld)

  describe('open', () => {
    test('without a log and without a seed it answers undefined and makes nothing', async () => {
      const { log, north, liveNodes } = await setup()
      const listener = () => {}

      const first = await log.open('NOWHERE1', { node: north, liveNodes, listener })
      const second = await log.open('NOWHERE1', { node: north, liveNodes, listener })

      expect([first, second]).toEqual([undefined, undefined])
    })

    test('a room without a log is made from the seed, at seq 0, with nothing announced', async () => {
      const { image, row, epoch } = await setup()

      const playback = JSON.parse(image.playback)
      const { media_by: _, ...shown } = row

      expect(image).toMatchObject({ epoch, seq: 0, note: 0, offset: 0, people: [], chats: [] })
      expect(JSON.parse(image.room)).toEqual(shown)
      expect(image.pending).toEqual([{ userId: cleo, member: `{"id":"${cleo}","display_name":"Cleo","is_guest":true,"role":"member"}` }])
      expect(playback).toEqual({ media: row.media, playing: false, time: 0, at_ms: playback.at_ms, rate: 1, version: 0, user: null })
      expect(playback.at_ms).toBeInteger()
    })

    test('a room without a medium starts with the medium null', async () => {
      const { image } = await setup({ room: { media: null } })

      expect(JSON.parse(image.playback).media).toBeNull()
    })

    test('a second node finds the same log, whatever epoch its seed offers', async () => {
      const { other, code, south, liveNodes, seed, epoch, say } = await setup({ alone: true })
      await say('before')

      const image = await other.open(code, { node: south, liveNodes, listener() {}, seed: { ...seed, epoch: 'another' } })

      expect(image).toMatchObject({ epoch, seq: 1, offset: 1 })
    })

    test("on a room that has a log the seed's rows are applied, entries included", async () => {
      const { log, open, seed, code, epoch, row, heardByOther } = await setup()
      const participants = [person(code, { user_id: cleo, display_name: 'Cleo', version: 2 })]

      const image = await open({ seed: { ...seed, room: { ...row, name: 'Renamed', version: 2 }, participants } })

      const entries = (await log.read(code, { epoch, seq: 0, note: 0 }, 10)) ?? []
      expect(typesOf(entries)).toEqual(['ROOM_UPDATED', 'PARTICIPANT_APPROVED'])
      expect(image).toMatchObject({ seq: 1, note: 1, offset: 2, pending: [] })
      expect(typesOf(await heardByOther.atLeast(2)).sort()).toEqual(['PARTICIPANT_APPROVED', 'ROOM_UPDATED'])
    })

    test('owners that are not live lose their presence entries first', async () => {
      const { open, north, arrive, arriveOnOther } = await setup()
      await arrive(ana, 'a1')
      await arriveOnOther(ben, 'b1')

      const image = await open({ liveNodes: [north] })

      expect(image?.people.map(({ userId }) => userId)).toEqual([ana])
      expect(image).toMatchObject({ seq: 3 })
    })

    test('a node is told whether it was known to serve the room: not at first, nor after it was taken for gone', async () => {
      const { image, log, code, north, open, lookOnOther } = await setup()

      const again = await open()
      const other = await lookOnOther()
      await log.evict(code, [north])
      const [kept, evicted, back] = [await open(), await lookOnOther(), await lookOnOther()]

      expect([image, again, other, kept, evicted, back].map((each) => each?.wasServing)).toEqual([false, true, true, true, false, true])
    })

    test('the node that opens is live, even if it is not named', async () => {
      const { open, arrive } = await setup()
      await arrive(ana, 'a1')

      const image = await open({ liveNodes: [] })

      expect(image?.people.map(({ userId }) => userId)).toEqual([ana])
    })

    test('the image has those present, oldest arrival first', async () => {
      const { look, arrive, arriveOnOther } = await setup()
      await arriveOnOther(ben, 'b1')
      await arrive(ana, 'a1')
      await arrive(ben, 'b2')

      const { people } = await look()

      expect(people.map(({ userId }) => userId)).toEqual([ben, ana])
      expect(people[1]?.member).toBe(`{"id":"${ana}","display_name":"Ana","is_guest":true,"role":"host"}`)
    })

    test('the image has those who wait, oldest first', async () => {
      const [early, late] = ['00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000e2']
      const { log, code, look } = await setup()
      await log.applyParticipant(person(code, { user_id: late, standing: 'PENDING', joined_at_ms: 3_000, version: 2 }))
      await log.applyParticipant(person(code, { user_id: early, standing: 'PENDING', joined_at_ms: 20, version: 3 }))

      const { pending } = await look()

      expect(pending.map(({ userId }) => userId)).toEqual([early, cleo, late])
    })

    test('the image has the latest 50 chat messages, oldest first', async () => {
      const { look, say, steer } = await setup()
      for (let i = 1; i <= 60; i++) await say(`line ${i}`)
      await steer(0)

      const image = await look()

      expect(messagesOf(image)).toEqual(Array.from({ length: 50 }, (_, i) => `line ${i + 11}`))
    })

    test('[CH4] the image has those a node has that was there all along, also when the log has let go of them', async () => {
      const { log, code, epoch, image, look, lookOnOther, say, steer } = await setup({
        bounds: { keptEvents: 20, keptMs: 0, keptEntries: 256 },
      })
      const along = replicaOf(image)
      const texts = Array.from({ length: 60 }, (_, i) => `line ${i}`)
      for (const text of texts) advance(along, entryOf(await say(text)))
      for (let version = 0; version < 400; version++) advance(along, entryOf(await steer(version)))
      const later = [await look(), await lookOnOther()]
      advance(along, entryOf(await say('at last')))

      const [mine, theirs] = [await look(), await lookOnOther()]

      expect(await log.read(code, { epoch, seq: 60, note: 0 }, 1)).toBeUndefined()
      expect(later.map(messagesOf)).toEqual([texts.slice(-50), texts.slice(-50)])
      expect(messagesOf(mine)).toEqual([...texts.slice(-49), 'at last'])
      expect([mine.chats, theirs.chats]).toEqual([along.chats, along.chats])
    })

    test('opening again replaces the listener', async () => {
      const { open, sayOnOther, heard } = await setup()
      const second = createInbox()

      await open({ listener: second.listener })
      await sayOnOther('hello')

      expect(typesOf(await second.atLeast(1))).toEqual(['CHAT_MESSAGE'])
      expect(heard.entries).toEqual([])
    })
  })

  describe('close', () => {
    test('a node that closed the room hears nothing more, and the data stay', async () => {
      const { log, code, north, say, sayOnOther, heard, open } = await setup()
      await sayOnOther('heard')
      await heard.atLeast(1)

      await log.close(code, north)
      const unheard = entryOf(await sayOnOther('unheard'))
      const second = createInbox()
      const image = await open({ listener: second.listener })
      await sayOnOther('heard again')
      await second.atLeast(1)

      expect(heard.entries).toHaveLength(1)
      expect(second.entries.map(({ seq }) => seq)).toEqual([3])
      expect(image?.seq).toBe(unheard.seq)
      expect(entryOf(await say('goes on')).seq).toBe(4)
    })

    test('closing twice, or a room that was never opened, changes nothing', async () => {
      const { log, code, north, say } = await setup()

      await log.close(code, north)
      await log.close(code, north)
      await log.close('NOWHERE2', north)

      expect(entryOf(await say('goes on')).seq).toBe(1)
    })
  })

  describe('listening', () => {
    test('a listener hears every entry that another node appends, notes included, and none of its own', async () => {
      const { log, code, say, sayOnOther, other, heard, heardByOther } = await setup()

      const mine = entryOf(await say('north'))
      const theirs = entryOf(await sayOnOther('south'))
      const noted = await other.applyParticipant(person(code, { user_id: cleo, display_name: 'Cleo', version: 2 }))
      const applied = await log.applyParticipant(person(code, { user_id: ben, display_name: 'Benedict', version: 3 }))

      expect([...(await heard.atLeast(2))].sort((a, b) => a.offset - b.offset)).toEqual([theirs, ...noted.entries])
      expect([...(await heardByOther.atLeast(2))].sort((a, b) => a.offset - b.offset)).toEqual([mine, ...applied.entries])
      expect(heard.entries).toHaveLength(2)
    })

    test('a payload is heard as it was written, whatever it holds', async () => {
      const { sayOnOther, heard } = await setup()
      const text = 'a "quoted" line\nwith 🎬, \\ and \u0000 '

      const entry = entryOf(await sayOnOther(text))

      expect(await heard.atLeast(1)).toEqual([entry])
      expect(JSON.parse(entry.payload).message).toBe(text)
    })
  })

  describe('beat', () => {
    test('tells the clock of the log, the one that stamps', async () => {
      const { log, north, say } = await setup()

      const before = await log.beat(north, 1_000)
      const { sent_at_ms } = JSON.parse(entryOf(await say('now')).payload)
      const after = await log.beat(north, 1_000)

      expect(before.nowMs).toBeInteger()
      expect(sent_at_ms).toBeWithin(before.nowMs, after.nowMs + 1)
    })

    test('names a node for as long as its lease, and renews it', async () => {
      const { world, log, other, code, north, south } = await setup()
      await other.beat(south, 60_000)
      const both = (await log.beat(north, 120_000)).liveNodes

      await world.age(code, 60_001)
      const one = (await log.beat(north, 120_000)).liveNodes
      const bothAgain = (await other.beat(south, 60_000)).liveNodes

      expect(both).toEqual(expect.arrayContaining([north, south]))
      expect([one.includes(north), one.includes(south)]).toEqual([true, false])
      expect(bothAgain).toEqual(expect.arrayContaining([north, south]))
    })

    test('says when the lease had run out before it was renewed, and only then', async () => {
      const { world, log, code, north } = await setup()
      const first = await log.beat(north, 60_000)
      await world.age(code, 30_000)
      const inTime = await log.beat(north, 60_000)
      await world.age(code, 60_001)

      const late = await log.beat(north, 60_000)

      expect([first.lapsed, inTime.lapsed, late.lapsed]).toEqual([false, false, true])
    })
  })
}
