import { expect, test } from 'bun:test'
import axe from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import type { Stage } from './stage'
import { arrive, beIn, comeIn, createRoom, openRoom, sayInChat } from './steps'

/** What keeps people out, by axe-core's rules. */
export function barrierFree(stage: Stage): void {
  test('axe finds nothing on any screen, light or dark', async () => {
    const { enter, videoUrl } = stage
    const ana = await enter()
    await isBarrierFree(ana.page, 'welcome')
    await ana.page.getByRole('tab', { name: 'New account' }).click()
    await isBarrierFree(ana.page, 'a new account')
    await ana.page.getByRole('tab', { name: 'Guest' }).click()
    await comeIn(ana.page, 'Ana')
    await ana.page.getByRole('heading', { name: 'Hello, Ana' }).waitFor()
    await isBarrierFree(ana.page, 'home')
    const link = await createRoom(ana.page, { name: 'Friday film', video: videoUrl, door: 'Those I let in' })
    await beIn(ana.page)
    const ben = await arrive(stage, 'Ben', { at: link })
    await ben.page.getByRole('heading', { name: 'You are in the lobby' }).waitFor()
    await isBarrierFree(ben.page, 'the lobby')
    await sayInChat(ana.page, 'Hello')
    await ana.page.getByRole('button', { name: 'Let in Ben' }).waitFor()
    await isBarrierFree(ana.page, 'a room with a request')
    await ana.page.getByRole('button', { name: 'Let in Ben' }).click()
    await ana.page.getByRole('tab', { name: 'People' }).click()
    await ana.page.setViewportSize({ width: 320, height: 480 })
    await isBarrierFree(ana.page, 'more people than fit')
    await ana.page.setViewportSize({ width: 1280, height: 800 })
    await ana.page.locator('summary').click()
    await isBarrierFree(ana.page, 'people and sync')
    await ana.page.getByRole('button', { name: 'Invite' }).click()
    await isBarrierFree(ana.page, 'an invitation')
    await ana.page.getByRole('button', { name: 'Close', exact: true }).click()
    await ana.page.getByRole('button', { name: 'Room settings' }).click()
    await isBarrierFree(ana.page, 'settings')
    await beIn(ben.page)
    await isBarrierFree(ben.page, 'a room of somebody else')
  }, 60_000)

  test('what is said in passing is said within the window that is open, where it is seen and read out', async () => {
    const { ana } = await openRoom(stage, { name: 'Friday film' })
    // As on a page of plain http, which browsers do not let copy.
    await ana.page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await ana.page.getByRole('button', { name: 'Invite' }).click()
    const window = ana.page.getByRole('dialog', { name: 'Invite others' })

    await window.getByRole('button', { name: 'Copy link' }).click()

    await window.getByRole('status').getByText(`does not let the page copy. Here it is: ${ana.page.url()}`).waitFor()
  })

  test('a name that is written from right to left ends on its left, and leaves the sentence as it is', async () => {
    const dana = await arrive(stage, 'דנה!')
    const link = await createRoom(dana.page, { name: 'Friday film' })
    await sayInChat(dana.page, 'Hello')
    const ben = await arrive(stage, 'Ben', { at: link })
    const [name, sentence] = [ben.page.locator('.line strong'), ben.page.getByText('controls the video.')]

    const lefts = [await leftOf(name, 'ד'), await leftOf(name, '!')]
    const sentenceLefts = [await leftOf(sentence, 'ד'), await leftOf(sentence, '!'), await leftOf(sentence, 'c')]

    expect(lefts).toEqual([...lefts].sort((one, other) => other - one))
    expect(sentenceLefts.map((left) => sentenceLefts.filter((other) => other < left).length)).toEqual([1, 0, 2])
  })
}

/** Where a letter is drawn, from the left. */
const leftOf = (words: Locator, letter: string): Promise<number> =>
  words.evaluate((element, letter) => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    while (texts.nextNode()) {
      const at = texts.currentNode.textContent?.indexOf(letter) ?? -1
      if (at < 0) continue
      range.setStart(texts.currentNode, at)
      range.setEnd(texts.currentNode, at + 1)
      return range.getBoundingClientRect().left
    }
    throw new Error(`there is no ${letter}`)
  }, letter)

async function isBarrierFree(page: Page, screen: string): Promise<void> {
  await page.evaluate(axe.source)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const found = await page.evaluate(look)
    expect({ screen, colorScheme, found }).toEqual({ screen, colorScheme, found: [] })
  }
}

/** Runs in the page, where `axe` has been put. */
async function look(): Promise<string[]> {
  const { axe } = window as unknown as { axe: typeof import('axe-core') }
  const { violations } = await axe.run(document, { resultTypes: ['violations'] })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()}`),
  )
}
