import { expect, test } from 'bun:test'
import type { Stage } from './stage'
import { arrive, beIn, beInSync, openRoom, pressPlay, readInChat, sayInChat } from './steps'

/** The wire is cut, and comes back. */
export function reconnecting(stage: Stage): void {
  test('who is cut off is told, misses nothing, and what they wrote meanwhile arrives once', async () => {
    const { url, videoUrl, wire, wiredUrl } = stage
    const { ana, link } = await openRoom(stage, { name: 'Far away', video: videoUrl })
    const ben = await arrive(stage, 'Ben', { at: link.replace(url, wiredUrl) })
    await beIn(ben.page)
    await pressPlay(ana.page)
    await Promise.all([beInSync(ana.page), beInSync(ben.page)])

    wire.set({ flow: 'held' })
    wire.reset()
    await ben.page.getByText('Reconnecting …').waitFor()
    await sayInChat(ana.page, 'Are you there?')
    await sayInChat(ben.page, 'Written in the dark')
    expect(await ben.page.locator('.line.unsent').textContent()).toContain('Written in the dark')
    wire.heal()
    wire.reset()

    await readInChat(ana.page, 'Written in the dark')
    await readInChat(ben.page, 'Are you there?')
    await readInChat(ben.page, 'Written in the dark')
    await ben.page.getByText('Reconnecting …').waitFor({ state: 'detached' })
    await beInSync(ben.page)
    for (const { page } of [ana, ben]) expect(await page.locator('.line', { hasText: 'Written in the dark' }).count()).toBe(1)
  }, 60_000)
}
