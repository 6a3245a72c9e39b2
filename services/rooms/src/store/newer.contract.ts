import { describe, expect, test } from 'bun:test'
import { ana, approvalPlan, ben, eve, noonMs } from '../domain/domain.fixtures'
import { leave } from '../domain/leaving'
import type { Room } from '../domain/room'
import { update } from '../domain/settings'
import { approve } from '../domain/waiting'
import type { Change } from '../ports'
import { type Open, storeFixture } from './store.fixtures'

const shown = (changes: readonly Change[]) =>
  changes.map(({ participant }) => (participant ? `${participant.displayName} ${participant.standing} ${participant.version}` : 'the room'))

/** Holds a room store on some database to the promises of its port about what is newer. */
export function newerContract(name: string, open: Open): void {
  describe(`what is newer, on ${name}`, () => {
    const { ids, storeOf, setup } = storeFixture(open)

    test('[RM56] rows past the version named, tombstones included, in the order of versions', async () => {
      const { store, room, enter, rule } = await setup(approvalPlan)
      await enter(ben)
      await enter(eve)
      await rule(approve)
      await store.update(room.id, [eve.userId], (scene) => leave(scene, eve.userId, noonMs))
      const after = async (version: number) => shown(await store.newer([{ code: room.code, after: version }], 9))

      expect(await after(0)).toEqual(['Ana APPROVED 1', 'Ben APPROVED 4', 'Eve LEFT 5'])
      expect(await after(1)).toEqual(['Ben APPROVED 4', 'Eve LEFT 5'])
      expect(await after(4)).toEqual(['Eve LEFT 5'])
      expect(await after(5)).toEqual([])
    })

    test('[RM56] a room of which only the room itself is newer is told once, with its counter', async () => {
      const { store, room, enter } = await setup()
      await enter(ben)
      await store.update(room.id, [ana.userId], (scene) => update(scene, ana.userId, { name: 'Later' }))

      const changes = await store.newer([{ code: room.code, after: 2 }], 9)

      expect(changes).toMatchObject([{ room: { name: 'Later', version: 3, counter: 3 }, participant: undefined }])
      expect(changes[0]?.participant).toBeUndefined()
    })

    test('[RM56] many rooms, each with its own version; those that are not named or not there are passed over', async () => {
      const made: Room[] = []
      for (let count = 0; count < 4; count++) {
        const { room, enter } = await setup()
        await enter(ben)
        made.push(room)
      }
      const asked = [
        ...made.slice(0, 3).map(({ code }, place) => ({ code, after: place })),
        { code: 'NOSUCHCD', after: 0 },
        { code: "'; --", after: 0 },
      ]

      const changes = await storeOf().newer(asked, 99)

      expect(changes.map(({ room, participant }) => [room.code, participant?.version])).toEqual([
        [made[0]?.code, 1],
        [made[0]?.code, 2],
        [made[1]?.code, 2],
      ])
      expect(await storeOf().newer([], 9)).toEqual([])
    })

    test('[RM56] at most as many as asked for, room by room, from the oldest version on', async () => {
      const { store, room, enter } = await setup()
      for (let count = 0; count < 5; count++) await enter({ userId: ids.uuid(), displayName: `Guest ${count}`, isGuest: true })

      const versions = (await store.newer([{ code: room.code, after: 1 }], 3)).map(({ participant }) => participant?.version)

      expect(versions).toEqual([2, 3, 4])
    })

    test('[RM56] five hundred rooms are asked about at once', async () => {
      const { store, room } = await setup()
      const asked = Array.from({ length: 499 }, (_, place) => ({ code: `X${place}`, after: 0 }))

      expect(await store.newer([...asked, { code: room.code, after: 0 }], 9)).toMatchObject([{ room: { code: room.code } }])
    })
  })
}
