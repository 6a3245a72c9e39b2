import { describe, expect, test } from 'bun:test'
import type { ParticipantRow } from '@matinee/contracts'
import { cleo, createStage, nobody, type OpenWorld, person, typesOf } from './stage'

export function holdsHealing(openWorld: OpenWorld): void {
  const setup = createStage(openWorld)

  /** A log that has followed its owner up to 5, and rows of one who is not stored. */
  async function followed() {
    const stage = await setup()
    const { log, code, epoch } = stage
    await log.vouch(code, { epoch, rowsTo: 5 })
    const row = (fields: Partial<ParticipantRow>) => person(code, { user_id: nobody, ...fields })
    const standing = async () => {
      const arrival = await stage.arrive(nobody, 'c9')
      return arrival.outcome === 'not_approved' ? arrival.standing : arrival.outcome
    }
    return { ...stage, row, standing }
  }

  describe('vouch', () => {
    test('[HE3] a new log begins with the counter of its seed; it is raised, on every node, and never lowered', async () => {
      const { log, code, epoch, image, look, other, south, liveNodes } = await setup()

      const vouched = [await log.vouch(code, { epoch, rowsTo: 7 }), await other.vouch(code, { epoch, rowsTo: 4 })]

      expect(vouched).toEqual([true, true])
      expect([image.rowsTo, (await look()).rowsTo]).toEqual([1, 7])
      expect((await other.open(code, { node: south, liveNodes, listener() {} }))?.rowsTo).toBe(7)
    })

    test('[HE3] rows alone do not raise it, and neither does a seed that finds a log', async () => {
      const { log, code, row, seed, open, look } = await setup()

      await log.applyParticipant(person(code, { user_id: nobody, version: 8 }))
      await log.applyRoom({ ...row, name: 'Other', version: 9 })
      await open({ seed: { ...seed, rowsTo: 9 } })

      expect((await look()).rowsTo).toBe(1)
    })

    test('[HE3] of another log nothing is noted', async () => {
      const { log, code, look } = await setup()

      expect(await log.vouch(code, { epoch: 'another', rowsTo: 9 })).toBe(false)
      expect(await log.vouch('NOWHERE7', { epoch: 'another', rowsTo: 9 })).toBe(false)
      expect((await look()).rowsTo).toBe(1)
    })
  })

  describe('of one who is not stored', () => {
    test.each([
      ['APPROVED', 'arrived'],
      ['DENIED', 'DENIED'],
      ['LEFT', 'LEFT'],
    ] as const)('[HE4] what is asked for is stored without a word: %s', async (wanted, found) => {
      const { log, row, standing } = await followed()

      const { entries } = await log.applyParticipant(row({ standing: wanted, version: 3 }), 6)

      expect(entries).toEqual([])
      expect(await standing()).toBe(found)
    })

    test('[HE4] that it waits is told, for the host is shown those who wait', async () => {
      const { log, row, look } = await followed()

      const { entries } = await log.applyParticipant(row({ standing: 'PENDING', version: 3 }), 6)

      expect(typesOf(entries)).toEqual(['PARTICIPANT_PENDING'])
      expect((await look()).pending.map(({ userId }) => userId)).toEqual([cleo, nobody])
    })

    test('[HE4] a fact from before the log was made is dropped: another may have followed it', async () => {
      const { log, row, epoch, standing, look } = await followed()

      const late = [await log.applyParticipant(row({ version: 3 })), await log.applyParticipant(row({ standing: 'PENDING', version: 4 }))]

      expect(late).toEqual(Array(2).fill({ epoch, entries: [] }))
      expect(await standing()).toBeUndefined()
      expect((await look()).pending).toHaveLength(1)
    })

    test('[HE4] so is what the owner said before that', async () => {
      const { log, row, standing } = await followed()

      await log.applyParticipant(row({ version: 3 }), 4)

      expect(await standing()).toBeUndefined()
    })

    test('[HE4] what is newer is told', async () => {
      const { log, row } = await followed()

      expect(typesOf((await log.applyParticipant(row({ version: 6 }))).entries)).toEqual(['PARTICIPANT_APPROVED'])
    })

    test('[HE4] a seed that finds a log says nothing of it either', async () => {
      const { open, seed, row, look, heardByOther } = await followed()
      const before = (await look()).offset

      await open({ seed: { ...seed, participants: [row({ version: 3 })], rowsTo: 6 } })

      expect((await look()).offset).toBe(before)
      expect(heardByOther.entries).toEqual([])
    })
  })

  test('[HE4] of one who is stored, a newer row is told, whatever the log has followed', async () => {
    const { log, code } = await followed()

    const { entries } = await log.applyParticipant(person(code, { user_id: cleo, version: 2 }))

    expect(typesOf(entries)).toEqual(['PARTICIPANT_APPROVED'])
  })
}
