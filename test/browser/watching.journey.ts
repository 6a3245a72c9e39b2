import { expect, test } from 'bun:test'
import { until } from '../support/until'
import type { Stage } from './stage'
import { beIn, beInSync, comeIn, createRoom, playerOf, pressPlay, readInChat, sayInChat } from './steps'

/** Of players that share two processors with all that serves them. */
const nearS = 0.15

/** From making a room to watching together. */
export function watching(stage: () => Stage): void {
  test('a host lets somebody in by a link, and both see the same at the same time', async () => {
    const { enter, videoUrl } = stage()
    const ana = await enter()
    await comeIn(ana.page, 'Ana')
    const link = await createRoom(ana.page, { name: 'Friday film', video: videoUrl, door: 'Those I let in' })
    await beIn(ana.page)

    const ben = await enter({ at: link })
    await comeIn(ben.page, 'Ben')
    await ben.page.getByRole('heading', { name: 'You are in the lobby' }).waitFor()
    await ana.page.getByRole('button', { name: 'Let in Ben' }).click()
    await beIn(ben.page)
    await sayInChat(ben.page, 'Ready when you are')
    await readInChat(ana.page, 'Ready when you are')
    await pressPlay(ana.page)
    await Promise.all([beInSync(ana.page), beInSync(ben.page)])

    const [anas, bens] = await Promise.all([playerOf(ana.page), playerOf(ben.page)])
    expect([anas.playing, bens.playing]).toEqual([true, true])
    expect(Math.abs(anas.phaseS - bens.phaseS)).toBeLessThan(nearS)
    expect(await ben.page.locator('media-play-button, media-time-range').count()).toBe(0)

    await pressPlay(ana.page)
    await until(async () => !(await playerOf(ben.page)).playing)
    await ana.page.locator('media-controller').press('ArrowRight')
    await until(async () => {
      const [anas, bens] = await Promise.all([playerOf(ana.page), playerOf(ben.page)])
      return bens.positionS > 8 && Math.abs(anas.positionS - bens.positionS) < 0.05
    })
  }, 40_000)

  test('who comes late, or loads the page again, is where the others are', async () => {
    const { enter, videoUrl } = stage()
    const ana = await enter()
    await comeIn(ana.page, 'Ana')
    const link = await createRoom(ana.page, { name: 'Matinee', video: videoUrl })
    await beIn(ana.page)
    await pressPlay(ana.page)
    await beInSync(ana.page)
    await sayInChat(ana.page, 'It has begun')

    const cleo = await enter({ at: link })
    await comeIn(cleo.page, 'Cleo')
    await readInChat(cleo.page, 'It has begun')
    await beInSync(cleo.page)
    const [anas, cleos] = await Promise.all([playerOf(ana.page), playerOf(cleo.page)])
    expect(Math.abs(anas.phaseS - cleos.phaseS)).toBeLessThan(nearS)

    await cleo.context.addInitScript(playOnlyAfterATap)
    await cleo.page.reload()
    await cleo.page.getByRole('button', { name: 'Join playback' }).click()
    await beInSync(cleo.page)
    expect(await cleo.page.locator('video').evaluate((video: HTMLVideoElement) => video.muted)).toBe(false)
  }, 40_000)

  test('the host changes the video, the speed, who controls it, and whether people may talk', async () => {
    const { enter, videoUrl } = stage()
    const ana = await enter()
    await comeIn(ana.page, 'Ana')
    const link = await createRoom(ana.page, { name: 'Later' })
    await beIn(ana.page)
    const ben = await enter({ at: link })
    await comeIn(ben.page, 'Ben')
    await ben.page.getByText('Ana has not chosen a video yet.').waitFor()

    await ana.page.getByRole('button', { name: 'Choose a video' }).click()
    await ana.page.getByLabel('Address of the video').fill('https://example.com/film')
    await ana.page.getByRole('button', { name: 'Show this video' }).click()
    await ana.page.getByText('Matinee cannot play this address.').waitFor()
    await ana.page.getByLabel('Address of the video').fill(videoUrl)
    await ana.page.getByRole('button', { name: 'Show this video' }).click()
    await ben.page.locator('video').waitFor()
    await ana.page.getByLabel('Speed').selectOption('1.5')
    await pressPlay(ana.page)
    await beInSync(ben.page)
    expect(await ben.page.locator('video').evaluate((video: HTMLVideoElement) => video.playbackRate)).toBeWithin(1.3, 1.7)

    await ana.page.getByRole('button', { name: 'Room settings' }).click()
    await ana.page.getByRole('radio', { name: 'Everybody' }).check()
    await ana.page.getByRole('checkbox', { name: 'Chat' }).uncheck()
    await ana.page.getByRole('button', { name: 'Close', exact: true }).click()
    await ben.page.getByText('The host has switched the chat off.').waitFor()
    await pressPlay(ben.page)
    await until(async () => !(await playerOf(ana.page)).playing)
  }, 40_000)
}

/** Runs in the page before all else: this browser is as strict as one on a phone that saves power. */
function playOnlyAfterATap(): void {
  // The browser's own answer is of no use here: whoever drives it counts as one who taps.
  let tapped = false
  addEventListener('click', () => (tapped = true), { capture: true })
  const { play } = HTMLMediaElement.prototype
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    return tapped ? play.call(this) : Promise.reject(new DOMException('Tap first.', 'NotAllowedError'))
  }
}
