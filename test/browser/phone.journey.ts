import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Stage } from './stage'
import { arrive, beIn, comeIn, createRoom, readInChat, sayInChat, toldPassword } from './steps'

/** Small screens. */
export function phone(stage: Stage): void {
  test.each([390, 320])(
    'on a phone %i px wide nothing is out of reach to the side',
    async (width) => {
      const { enter, videoUrl } = stage
      const { page } = await enter({ viewport: { width, height: 700 }, isMobile: true, hasTouch: true })
      await fits(page)
      await comeIn(page, 'Wwww'.repeat(12))
      await page.getByRole('heading', { name: /Hello/ }).waitFor()
      await fits(page)
      const link = await createRoom(page, { name: 'A room whose name is '.padEnd(50, 'M'), video: videoUrl, door: 'Those with a password' })
      await beIn(page)
      await sayInChat(page, 'Aword'.repeat(40))
      await readInChat(page, 'Aword')
      await fits(page)
      expect(await page.getByLabel('Message').isVisible()).toBe(true)
      await page.getByRole('tab', { name: 'People' }).tap()
      await fits(page)
      await page.getByRole('button', { name: 'Invite' }).tap()
      await page.getByRole('dialog', { name: 'Invite others' }).waitFor()
      await fits(page)
      const password = await toldPassword(page)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      const ben = await arrive(stage, 'Ben', { at: link, viewport: { width, height: 700 } })
      await ben.page.getByLabel('Password of the room').fill(password)
      await ben.page.getByRole('button', { name: 'Come in' }).click()
      await ben.page.getByText('controls the video.').waitFor()
      await fits(ben.page)
      await page.getByRole('button', { name: 'Room settings' }).tap()
      await page.getByRole('dialog', { name: 'Room settings' }).waitFor()
      await fits(page)
    },
    30_000,
  )
}

/** The page is no wider than the screen, nothing in it scrolls to the side, and what is to be touched or read is within it. */
async function fits(page: Page): Promise<void> {
  const { width, scrolling, outside } = await page.evaluate(() => {
    const named = (elements: readonly Element[]) => elements.map((element) => element.outerHTML.slice(0, 120))
    const all = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility())
    return {
      width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      scrolling: named(all.filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'auto')),
      outside: named(
        all.filter(
          (one) => one.matches('button, input, select, summary, strong, time, p') && one.getBoundingClientRect().right > innerWidth + 1,
        ),
      ),
    }
  })
  expect({ width, scrolling, outside }).toEqual({ width: 0, scrolling: [], outside: [] })
}
