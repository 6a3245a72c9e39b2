import { test } from 'bun:test'
import type { Stage } from './stage'
import { arrive, beIn, beInSync, eventually, openRoom, playerOf, pressPlay } from './steps'

/** A room that starts when everybody is ready. */
export function waiting(stage: Stage): void {
  test('whom the room waits for is named, and it plays as soon as they are ready', async () => {
    const { videoUrl } = stage
    const { ana, link } = await openRoom(stage, { name: 'All of us', video: videoUrl })
    await ana.page.getByRole('button', { name: 'Room settings' }).click()
    await ana.page.getByRole('checkbox', { name: 'Wait until all are ready' }).check()
    await ana.page.getByRole('button', { name: 'Close', exact: true }).click()
    const ben = await arrive(stage, 'Ben', { at: link })
    await beIn(ben.page)
    // Who has never been ready for anything is not waited for.
    await eventually(
      async () => (await playerOf(ben.page)).positionS === 0 && (await ben.page.locator('.badge').textContent()) === 'Paused',
    )

    const arrived = Promise.withResolvers<void>()
    await ben.page.route(/\?sequel$/, async (route) => {
      await arrived.promise
      await route.continue()
    })
    await ana.page.getByRole('button', { name: 'Change video' }).click()
    await ana.page.getByLabel('Address of the video').fill(`${videoUrl}?sequel`)
    await ana.page.getByRole('button', { name: 'Show this video' }).click()
    await ana.page.locator('video[src$="?sequel"]').waitFor()
    await pressPlay(ana.page)
    await ana.page.getByText(/Waiting for .Ben. …/).waitFor()
    await ben.page.getByText('Waiting for you …').waitFor()
    arrived.resolve()

    await Promise.all([beInSync(ana.page), beInSync(ben.page)])
    await ana.page.getByText(/Waiting for .Ben. …/).waitFor({ state: 'detached' })
  }, 40_000)
}
