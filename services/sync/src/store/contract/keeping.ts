import { describe, expect, test } from 'bun:test'
import type { LogEntry } from '../../domain/log-entry'
import { defaultBounds } from '../room-log.bounds'
import { ben, cleo, createStage, entryOf, nobody, type OpenWorld, person, typesOf } from './stage'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

export function holdsKeeping(openWorld: OpenWorld): void {
  const setup = createStage(openWorld)

  describe('read', () => {
    test('gives what follows a place, in order, notes among them, up to the limit', async () => {
      const { log, code, epoch, say } = await setup()
      const one = entryOf(await say('one'))
      const noted = await log.applyParticipant(person(code, { user_id: cleo, version: 2 }))
      const more = await log.applyParticipant(person(code, { user_id: nobody, standing: 'PENDING', version: 3 }))
      const two = entryOf(await say('two'))
      const all = [one, ...noted.entries, ...more.entries, two]
      const read = (seq: number, note: number, limit: number) => log.read(code, { epoch, seq, note }, limit)

      expect(await read(0, 0, 10)).toEqual(all)
      expect(await read(1, 0, 10)).toEqual(all.slice(1))
      expect(await read(1, 1, 10)).toEqual(all.slice(2))
      expect(await read(1, 0, 2)).toEqual(all.slice(1, 3))
      expect(await read(2, 0, 10)).toEqual([])
    })

    test('gives no more than it takes to have so many bytes, and the first in any case', async () => {
      const { log, code, epoch, say } = await setup()
      const lines: LogEntry[] = []
      for (let line = 0; line < 100; line++) lines.push(entryOf(await say(`${line} ${'☾'.repeat(333)}`)))
      const [first] = lines
      const bytes = Buffer.byteLength(first?.payload ?? '')
      const read = (limit: number, enoughBytes: number) => log.read(code, { epoch, seq: 0, note: 0 }, limit, enoughBytes)

      expect(await read(100, 1)).toEqual(lines.slice(0, 1))
      expect(await read(100, bytes)).toEqual(lines.slice(0, 1))
      expect(await read(100, bytes + 1)).toEqual(lines.slice(0, 2))
      expect(await read(100, 50 * bytes)).toEqual(lines.slice(0, 50))
      expect(await read(70, 1_000 * bytes)).toEqual(lines.slice(0, 70))
      expect(await read(1_000, 1_000 * bytes)).toEqual(lines)
    })

    test('is undefined for another epoch, without a log, and ahead of the log', async () => {
      const { log, code, epoch, say } = await setup()
      await say('one')

      const another = await log.read(code, { epoch: 'another', seq: 0, note: 0 }, 10)
      const none = await log.read('NOWHERE0', { epoch, seq: 0, note: 0 }, 10)
      const ahead = await log.read(code, { epoch, seq: 2, note: 0 }, 10)

      expect([another, none, ahead]).toEqual([undefined, undefined, undefined])
    })

    test('finds what a listener did not hear', async () => {
      const { log, code, north, epoch, sayOnOther, open } = await setup()
      await log.close(code, north)
      const missed = [entryOf(await sayOnOther('one')), entryOf(await sayOnOther('two'))]
      const image = await open()

      expect(await log.read(code, { epoch, seq: 0, note: 0 }, 10)).toEqual(missed)
      expect(image?.offset).toBe(2)
    })
  })

  describe('moved', () => {
    test('names the rooms whose log is further than the caller knows, another, or gone', async () => {
      const { log, code, epoch, say } = await setup()
      const { offset } = entryOf(await say('one'))
      const at = (known: Partial<{ room: string; epoch: string; offset: number }>) => ({ room: code, epoch, offset, ...known })

      expect(await log.moved([])).toEqual([])
      expect(await log.moved([at({})])).toEqual([])
      expect(await log.moved([at({ offset: offset - 1 })])).toEqual([code])
      expect(await log.moved([at({ epoch: 'another' })])).toEqual([code])
      expect(await log.moved([at({}), at({ room: 'NOWHERE0' })])).toEqual(['NOWHERE0'])
    })

    test('takes as many rooms as one likes', async () => {
      const { log, code, epoch, say } = await setup()
      const { offset } = entryOf(await say('one'))
      const others = Array.from({ length: 700 }, (_, i) => `R${i}`)

      const moved = await log.moved([...others, code].map((room) => ({ room, epoch, offset })))

      expect(moved).toEqual(others)
    })
  })

  describe('the window', () => {
    test('holds the latest events, however old', async () => {
      const { world, log, code, epoch, say } = await setup({ bounds: { keptEvents: 150, keptMs: 0 } })
      await fill(say, 400)
      await world.age(code, 1)
      await fill(say, 300)

      const held = (await log.read(code, { epoch, seq: 550, note: 0 }, 1_000)) ?? []

      expect(held.map(({ seq }) => seq)).toEqual(Array.from({ length: 150 }, (_, i) => i + 551))
    })

    test('[G3] by default, the latest 2,000 and those of ten minutes', async () => {
      const { world, log, code, epoch, say } = await setup({ bounds: { keptMs: 0 } })
      await fill(say, 2_300)
      await world.age(code, 1)
      await fill(say, 300)

      const held = await log.read(code, { epoch, seq: 600, note: 0 }, 3_000)

      expect(held).toHaveLength(2_000)
      expect(defaultBounds.keptMs).toBeGreaterThanOrEqual(10 * 60_000)
    })

    test('lets go of what is old and beyond that, and says so', async () => {
      const { world, log, code, epoch, say } = await setup({ bounds: { keptEvents: 150, keptMs: 0 } })
      await fill(say, 400)
      await world.age(code, 1)
      await fill(say, 300)

      expect(await log.read(code, { epoch, seq: 0, note: 0 }, 1)).toBeUndefined()
      expect(await log.read(code, { epoch, seq: 200, note: 0 }, 1)).toBeUndefined()
    })

    test('[G3] holds everything that is young, however much', async () => {
      const { log, code, epoch, say } = await setup({ bounds: { keptEvents: 10, keptMs: hourMs } })
      await fill(say, 700)

      const held = (await log.read(code, { epoch, seq: 0, note: 0 }, 1_000)) ?? []

      expect(held).toHaveLength(700)
    })

    test('[LG16] never holds more entries than its cap', async () => {
      const { log, code, epoch, say } = await setup({ bounds: { keptEvents: 10, keptMs: hourMs, keptEntries: 300 } })
      await fill(say, 700)

      const beyond = await log.read(code, { epoch, seq: 399, note: 0 }, 1)
      const held = (await log.read(code, { epoch, seq: 600, note: 0 }, 1_000)) ?? []

      expect(beyond).toBeUndefined()
      expect(held).toHaveLength(100)
    })

    test('[LG16] holds no more bytes than its cap, and hardly less, however young', async () => {
      const keptBytes = 64 * 1024
      const { log, code, epoch, say } = await setup({ bounds: { keptBytes } })
      const line = '☾'.repeat(333)
      await Promise.all(Array.from({ length: 299 }, () => say(line)))
      const { payload } = entryOf(await say(line))
      const most = Math.floor(keptBytes / Buffer.byteLength(payload))
      const least = Math.floor((keptBytes * 63) / 64 / Buffer.byteLength(payload)) - 1

      expect(await log.read(code, { epoch, seq: 300 - most - 1, note: 0 }, 1)).toBeUndefined()
      expect(await log.read(code, { epoch, seq: 300 - least, note: 0 }, 1_000)).toHaveLength(least)
    })

    test('[LG16] holds the newest entry, however large', async () => {
      const { log, code, epoch, say } = await setup({ bounds: { keptBytes: 1_000 } })
      await say('x'.repeat(5_000))
      const newest = entryOf(await say('y'.repeat(5_000)))

      expect(await log.read(code, { epoch, seq: 0, note: 0 }, 10)).toBeUndefined()
      expect(await log.read(code, { epoch, seq: 1, note: 0 }, 10)).toEqual([newest])
    })

    test('[LG16] once large ones are gone, holds as many small ones as fit', async () => {
      const { log, code, epoch, say } = await setup({ bounds: { keptBytes: 20_000 } })
      for (let i = 0; i < 12; i++) await say('x'.repeat(5_000))
      await fill(say, 80)

      const held = (await log.read(code, { epoch, seq: 12, note: 0 }, 1_000)) ?? []

      expect(held).toHaveLength(80)
    })

    test('[LG16] notes count too', async () => {
      const { log, code, epoch } = await setup({ bounds: { keptBytes: 2_000 } })
      for (let version = 2; version < 32; version++) {
        await log.applyParticipant(person(code, { user_id: cleo, standing: 'PENDING', display_name: `Cleo ${version}`, version }))
      }

      expect(await log.read(code, { epoch, seq: 0, note: 5 }, 1)).toBeUndefined()
      expect(await log.read(code, { epoch, seq: 0, note: 25 }, 10)).toHaveLength(5)
    })

    test('what was let go is told apart from what never was: a note among it counts', async () => {
      const { world, log, code, epoch, say } = await setup({ bounds: { keptEvents: 10, keptMs: 0 } })
      await fill(say, 5)
      await log.applyParticipant(person(code, { user_id: nobody, standing: 'PENDING', version: 2 }))
      await world.age(code, 1)
      await fill(say, 700)

      expect(await log.read(code, { epoch, seq: 5, note: 0 }, 1)).toBeUndefined()
      expect(await log.read(code, { epoch, seq: 705, note: 0 }, 1)).toEqual([])
    })
  })

  describe('expiry', () => {
    test("a room's data are gone a day after the last sign of life, and a new log has a new epoch", async () => {
      const { world, code, open, seed, say } = await setup()
      await say('hello')

      await world.age(code, 24 * hourMs + 1_000)

      expect(await open()).toBeUndefined()
      expect(await say('anybody?')).toEqual({ outcome: 'epoch' })
      expect(await open({ seed: { ...seed, epoch: 'second' } })).toMatchObject({ epoch: 'second', seq: 0, people: [], chats: [] })
    })

    test.each([
      ['open', ({ open }) => open()],
      ['arrive', ({ arrive }) => arrive(ben, 'b2')],
      ['depart', ({ depart }) => depart('b1')],
      ['touch', ({ log, code }) => log.touch([code, 'NOWHERE0'])],
      ['64 appends', ({ say }) => fill(say, 64)],
    ] satisfies readonly [string, (stage: Awaited<ReturnType<typeof setup>>) => Promise<unknown>][])('%s puts it off', async (_, sign) => {
      const stage = await setup()
      const { world, code, open, arrive } = stage
      await arrive(ben, 'b1')
      await world.age(code, 23 * hourMs)

      await sign(stage)
      await world.age(code, 23 * hourMs)

      expect((await open())?.epoch).toBe(stage.epoch)
      expect(typesOf((await stage.log.read(code, { epoch: stage.epoch, seq: 0, note: 0 }, 1)) ?? [])).toEqual(['USER_JOINED'])
    })

    test('[UP15] those of a room that its host closed are gone after a quarter of an hour', async () => {
      const { world, log, code, row, open, say, epoch } = await setup()
      await say('hello')
      await log.applyRoom({ ...row, is_active: false, version: 2 })

      await world.age(code, 14 * minuteMs)
      const soon = await open()
      await log.touch([code])
      await world.age(code, 14 * minuteMs)
      const touched = await open()
      await world.age(code, 15 * minuteMs + 1_000)

      expect([soon?.epoch, touched?.epoch]).toEqual([epoch, epoch])
      expect(await open()).toBeUndefined()
    })

    test('[UP15] those of a room that is open again are not', async () => {
      const { world, log, code, row, open, epoch } = await setup()
      await log.applyRoom({ ...row, is_active: false, version: 2 })
      await log.applyRoom({ ...row, is_active: true, version: 3 })

      await world.age(code, hourMs)

      expect((await open())?.epoch).toBe(epoch)
    })

    test('a room that nobody serves stays until then', async () => {
      const { world, log, code, north, other, south, say, open, epoch } = await setup()
      await say('hello')
      await log.close(code, north)
      await other.close(code, south)

      await world.age(code, 23 * hourMs)

      expect(await open()).toMatchObject({ epoch, seq: 1 })
    })
  })
}

async function fill(say: (text: string) => Promise<unknown>, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => say(`line ${i}`)))
}
