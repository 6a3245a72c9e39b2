import type { BrowserContextOptions, Page } from 'playwright-core'
import { until } from '../support/until'
import { patienceMs, type Visitor } from './chromium'
import type { Stage } from './stage'

/** Somebody who has come in with a name: to the start, or as far as the door of the room whose address they were given. */
export async function arrive(
  { enter }: Stage,
  name: string,
  options: BrowserContextOptions & { readonly at?: string } = {},
): Promise<Visitor> {
  const visitor = await enter(options)
  await comeIn(visitor.page, name)
  return visitor
}

/** Ana, who has made a room and is in it, and the address by which others reach it. */
export async function openRoom(stage: Stage, room: NewRoom): Promise<{ readonly ana: Visitor; readonly link: string }> {
  const ana = await arrive(stage, 'Ana')
  const link = await createRoom(ana.page, room)
  await beIn(ana.page)
  return { ana, link }
}

/** Comes in with a name, from wherever the page asks for one. */
export async function comeIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Come in' }).click()
}

export interface NewRoom {
  readonly name: string
  readonly video?: string
  readonly door?: 'Everybody' | 'Those I let in' | 'Those with a password'
}

/** Makes a room from the start page, and gives the address by which others reach it. */
export async function createRoom(page: Page, { name, video, door }: NewRoom): Promise<string> {
  // Not the one of whoever comes in, which may still be there.
  await page.getByLabel('Name', { exact: true }).fill(name)
  if (video !== undefined) await page.getByLabel('Video', { exact: true }).fill(video)
  if (door !== undefined) await page.getByRole('radio', { name: door }).check()
  await page.getByRole('button', { name: 'Start the room' }).click()
  await page.waitForURL(/\/r\/[0-9A-Z]{8}$/)
  return page.url()
}

/** The password that an open invitation names. */
export const toldPassword = async (page: Page): Promise<string> =>
  (await page.locator('.invite li', { hasText: 'Password' }).locator('.code').textContent()) ?? ''

/** Waits until one is in the room. */
export const beIn = (page: Page): Promise<void> => page.getByRole('tab', { name: 'Chat' }).waitFor()

export async function sayInChat(page: Page, message: string): Promise<void> {
  await page.getByLabel('Message').fill(message)
  await page.getByRole('button', { name: 'Send' }).click()
}

/** Waits until one sees the line, confirmed; who has said it sees it twice until the answer follows. */
export async function readInChat(page: Page, message: string): Promise<void> {
  const lines = (kind: string) => page.getByRole('log').locator(kind, { hasText: message })
  await lines('.line:not(.unsent)').waitFor()
  await lines('.line.unsent').waitFor({ state: 'detached' })
}

/** Presses the player's own button, which is drawn within an element of its own. */
export const pressPlay = (page: Page): Promise<void> => page.locator('media-play-button').click()

/**
 * Where the player is, in seconds, and whether it plays. `phaseS` is that against the one clock of this machine: of two players that are
 * together it is the same, whenever each was asked.
 */
export const playerOf = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) => ({
    positionS: video.currentTime,
    phaseS: video.currentTime - (performance.timeOrigin + performance.now()) / 1000,
    playing: !video.paused && video.readyState > 2,
  }))

/** Waits until players, or whatever no element tells of, are so. */
export const eventually = (check: () => Promise<boolean>): Promise<boolean> => until(check, { withinMs: patienceMs })

/** As near as players can be held to it that share two processors with all that serves them. */
const nearS = 0.15

/** Waits until two players play the same at the same time. One that is in sync may just be short of pictures, where the machine is busy. */
export async function beNear(one: Page, other: Page): Promise<void> {
  await eventually(async () => {
    const [first, second] = await Promise.all([playerOf(one), playerOf(other)])
    if (!first.playing || !second.playing) throw new Error('not both play')
    const apartS = Math.abs(first.phaseS - second.phaseS)
    if (apartS >= nearS) throw new Error(`they are ${apartS} s apart`)
    return true
  })
}

/** Waits until the player plays with the room. */
export const beInSync = (page: Page): Promise<void> => page.locator('.badge', { hasText: 'In sync' }).waitFor()
