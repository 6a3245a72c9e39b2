import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Stage } from './stage'
import { beIn, eventually, openRoom, playerOf, readInChat } from './steps'

/** Further than any control of the page is from any other. */
const mostTabs = 30

/** Everything without a pointer. */
export function keyboard(stage: Stage): void {
  test('a room is made, played and talked in by keyboard alone', async () => {
    const { enter, videoUrl } = stage
    const { page } = await enter()
    const { keyboard } = page

    await tabTo(page, 'Your name')
    await keyboard.type('Ana')
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Hello, Ana' }).waitFor()
    await tabTo(page, 'Name')
    await keyboard.type('By hand')
    await tabTo(page, 'Video')
    await keyboard.type(videoUrl)
    await keyboard.press('Tab')
    await keyboard.press('ArrowDown')
    expect(await page.getByRole('radio', { name: 'Those I let in' }).isChecked()).toBe(true)
    await tabTo(page, 'Start the room')
    await keyboard.press('Enter')
    await beIn(page)

    await tabTo(page, 'play')
    await keyboard.press('Space')
    await eventually(async () => (await playerOf(page)).playing)
    await keyboard.press('k')
    await eventually(async () => !(await playerOf(page)).playing)
    await keyboard.press('ArrowRight')
    await eventually(async () => (await playerOf(page)).positionS > 9)

    const inFull = page.getByText('Measured to within')
    await page.locator('summary').focus()
    await keyboard.press('Enter')
    await inFull.waitFor()
    await keyboard.press('Escape')
    await inFull.waitFor({ state: 'hidden' })
    expect(await page.locator('summary:focus').count()).toBe(1)

    await tabTo(page, 'Chat')
    await keyboard.press('ArrowRight')
    expect(await page.getByRole('tab', { name: 'People' }).getAttribute('aria-selected')).toBe('true')
    await keyboard.press('ArrowLeft')
    await tabTo(page, 'Message')
    await keyboard.type('Without a mouse')
    await keyboard.press('Enter')
    await readInChat(page, 'Without a mouse')

    await page.getByRole('button', { name: 'Room settings' }).focus()
    await keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Room settings' }).waitFor()
    await keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    expect(await page.evaluate(nameOfFocused)).toBe('Room settings')
    await keyboard.press('Enter')
    await page.getByRole('button', { name: 'Close', exact: true }).focus()
    await keyboard.press('Enter')
    await page.locator('dialog').waitFor({ state: 'detached' })
    expect(await page.evaluate(nameOfFocused)).toBe('Room settings')
  }, 40_000)

  test('how well one is in step is told in full until one taps elsewhere', async () => {
    const { ana } = await openRoom(stage, { name: 'In full', video: stage.videoUrl })
    const inFull = ana.page.getByText('Measured to within')
    await ana.page.locator('summary').click()
    await inFull.click()
    expect(await inFull.isVisible()).toBe(true)

    await ana.page.getByRole('tab', { name: 'People' }).click()

    await inFull.waitFor({ state: 'hidden' })
  }, 20_000)

  test('whoever is in a field as soon as there is one stays there', async () => {
    const { page } = await stage.enter({ at: 'about:blank' })
    await page.addInitScript(enterFirstField)

    await page.goto(stage.url)
    await page.evaluate(untilDrawn)

    expect(await page.evaluate(nameOfFocused)).toBe('Your name')
  }, 15_000)
}

/** Runs in the page before all else. */
function enterFirstField(): void {
  const observer = new MutationObserver(() => {
    const field = document.querySelector('input')
    if (!field) return
    observer.disconnect()
    field.focus()
  })
  observer.observe(document, { childList: true, subtree: true })
}

/** Runs in the page: what was put off until a picture had been drawn has been done. */
const untilDrawn = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = []
  for (let at = 0; at < mostTabs; at++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(nameOfFocused)
    if (focused === name) return
    passed.push(focused)
  }
  throw new Error(`The focus never came to “${name}”, only to ${passed.join(', ')}`)
}

/** Runs in the page. */
function nameOfFocused(): string {
  const element = document.activeElement
  const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined
  return element?.getAttribute('aria-label') ?? label ?? (element instanceof HTMLElement ? element.textContent.trim() : '')
}
