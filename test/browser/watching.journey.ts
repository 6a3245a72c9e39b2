import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Stage } from './stage'
import { arrive, beIn, beInSync, beNear, comeIn, eventually, openRoom, playerOf, pressPlay, readInChat, sayInChat } from './steps'

/** From making a room to watching together. */
export function watching(stage: Stage): void {
  test('a host lets somebody in by a link, and both see the same at the same time', async () => {
    const { ana, link } = await openRoom(stage, { name: 'Friday film', video: stage.videoUrl, door: 'Those I let in' })

    const ben = await arrive(stage, 'Ben', { at: link })
    await ben.page.getByRole('heading', { name: 'You are in the lobby' }).waitFor()
    await ana.page.getByRole('button', { name: 'Let in Ben' }).click()
    await beIn(ben.page)
    await sayInChat(ben.page, 'Ready when you are')
    await readInChat(ana.page, 'Ready when you are')
    await pressPlay(ana.page)
    await Promise.all([beInSync(ana.page), beInSync(ben.page)])

    await beNear(ana.page, ben.page)
    expect(await ben.page.locator('media-play-button, media-time-range').count()).toBe(0)

    await pressPlay(ana.page)
    await eventually(async () => !(await playerOf(ben.page)).playing)
    await ana.page.locator('media-controller').press('ArrowRight')
    await eventually(async () => {
      const [anas, bens] = await Promise.all([playerOf(ana.page), playerOf(ben.page)])
      return bens.positionS > 8 && Math.abs(anas.positionS - bens.positionS) < 0.05
    })
  }, 40_000)

  test('who comes late, or loads the page again, is where the others are', async () => {
    const { ana, link } = await openRoom(stage, { name: 'Matinee', video: stage.videoUrl })
    await pressPlay(ana.page)
    await beInSync(ana.page)
    await sayInChat(ana.page, 'It has begun')

    const cleo = await arrive(stage, 'Cleo', { at: link })
    await readInChat(cleo.page, 'It has begun')
    await beInSync(cleo.page)
    await beNear(ana.page, cleo.page)

    await cleo.context.addInitScript(playOnlyAfterATap)
    await cleo.page.reload()
    await cleo.page.getByRole('button', { name: 'Join playback' }).click()
    await beInSync(cleo.page)
    expect(await cleo.page.locator('video').evaluate((video: HTMLVideoElement) => video.muted)).toBe(false)
  }, 40_000)

  test('a phone that loads no video before it is told to play is where the others are', async () => {
    const { ana, link } = await openRoom(stage, { name: 'On the train', video: stage.videoUrl })
    await pressPlay(ana.page)
    await beInSync(ana.page)
    const ben = await stage.enter()
    await ben.context.addInitScript(loadWhenToldToPlay)
    await ben.page.goto(link)
    await comeIn(ben.page, 'Ben')

    await beInSync(ben.page)

    await beNear(ana.page, ben.page)
  }, 40_000)

  test('what one was about to say is still there after a look at who is here', async () => {
    const { ana } = await openRoom(stage, { name: 'Friday film' })
    await ana.page.getByLabel('Message').fill('Half a line')

    for (const name of ['People', 'Chat']) await ana.page.getByRole('tab', { name }).click()

    expect(await ana.page.getByLabel('Message').inputValue()).toBe('Half a line')
  })

  test('a video that has broken off is loaded anew, and is where the others are', async () => {
    const { ana, link } = await openRoom(stage, { name: 'In a tunnel', video: stage.videoUrl })
    const ben = await arrive(stage, 'Ben', { at: link })
    await pressPlay(ana.page)
    await beInSync(ben.page)

    // As the browser tells after half a minute without a network.
    await ben.page.locator('video').dispatchEvent('error')
    const alert = ben.page.getByRole('alert').filter({ hasText: 'The video has broken off.' })
    await alert.waitFor()

    await alert.waitFor({ state: 'detached' })
    await beNear(ana.page, ben.page)
  }, 40_000)

  test('a video that did not load is there after another try, and where the others are', async () => {
    const { ana, link } = await openRoom(stage, { name: 'In the lift', video: stage.videoUrl })
    const ben = await stage.enter({ at: link })
    await ben.page.route(stage.videoUrl, (route) => route.abort())
    await comeIn(ben.page, 'Ben')
    const alert = ben.page.getByRole('alert').filter({ hasText: 'This video does not load here.' })
    await alert.waitFor()
    await pressPlay(ana.page)

    await ben.page.unroute(stage.videoUrl)
    await alert.getByRole('button', { name: 'Try again' }).click()

    await alert.waitFor({ state: 'detached' })
    await Promise.all([beInSync(ana.page), beInSync(ben.page)])
    await beNear(ana.page, ben.page)
  }, 40_000)

  test('at the end, who presses play begins it anew for everybody', async () => {
    const { ana, link } = await openRoom(stage, { name: 'Once more', video: stage.videoUrl })
    const ben = await arrive(stage, 'Ben', { at: link })
    await beIn(ben.page)
    await pressPlay(ana.page)
    await beInSync(ben.page)
    const range = ana.page.locator('media-time-range')
    await range.click({ position: { x: ((await range.boundingBox())?.width ?? 0) - 14, y: 10 } })
    for (const { page } of [ana, ben]) await page.locator('.badge', { hasText: 'The end' }).waitFor()
    await ana.page.locator('media-play-button[mediapaused]').waitFor()

    await pressPlay(ana.page)

    await Promise.all([beInSync(ana.page), beInSync(ben.page)])
    await beNear(ana.page, ben.page)
    expect((await playerOf(ben.page)).positionS).toBeLessThan(30)
  }, 40_000)

  test('where the room is paused at the end, who presses play begins it anew too', async () => {
    const { ana, link } = await openRoom(stage, { name: 'To the end', video: stage.videoUrl })
    const ben = await arrive(stage, 'Ben', { at: link })
    await beIn(ben.page)
    await ana.page.locator('media-time-range').locator('input').press('End')
    for (const { page } of [ana, ben]) await page.locator('.badge', { hasText: 'The end' }).waitFor()

    await pressPlay(ana.page)

    await Promise.all([beInSync(ana.page), beInSync(ben.page)])
    await beNear(ana.page, ben.page)
    expect((await playerOf(ben.page)).positionS).toBeLessThan(30)
  }, 40_000)

  test('the host changes the video, the speed, who controls it, and whether people may talk', async () => {
    const { ana, link } = await openRoom(stage, { name: 'Later' })
    const ben = await arrive(stage, 'Ben', { at: link })
    await ben.page.getByText(/Ana. has not chosen a video yet\./).waitFor()

    await ana.page.getByRole('button', { name: 'Choose a video' }).click()
    await ana.page.getByLabel('Address of the video').fill('https://example.com/film')
    await ana.page.getByRole('button', { name: 'Show this video' }).click()
    await ana.page.getByText('Matinee cannot play this address.').waitFor()
    await markBeyond(ana.page, 'Address of the video')
    await ana.page.getByLabel('Address of the video').fill(stage.videoUrl)
    await ana.page.getByRole('button', { name: 'Show this video' }).click()
    await ben.page.locator('video').waitFor()
    await ana.page.getByLabel('Speed').selectOption('1.5')
    await pressPlay(ana.page)
    await beInSync(ben.page)
    expect(await ben.page.locator('video').evaluate((video: HTMLVideoElement) => video.playbackRate)).toBeWithin(1.3, 1.7)
    // As another client may ask for.
    await ana.page.locator('media-controller').evaluate((controls) => {
      controls.dispatchEvent(new CustomEvent('mediaplaybackraterequest', { detail: 1.3 }))
    })
    await eventually(async () => (await ana.page.getByLabel('Speed').inputValue()) === '1.3')

    await ana.page.getByRole('button', { name: 'Room settings' }).click()
    // The second change is made while the first is still on its way.
    const changedTwice = Promise.withResolvers<void>()
    await ana.page.route('**/api/rooms/*/', (route) => changedTwice.promise.then(() => route.continue()))
    await ana.page.getByRole('radio', { name: 'Everybody' }).check()
    await ana.page.getByRole('checkbox', { name: 'Chat' }).uncheck()
    changedTwice.resolve()
    await ana.page.getByRole('button', { name: 'Close', exact: true }).click()
    await ben.page.getByText('The host has switched the chat off.').waitFor()
    await ben.page.getByRole('button', { name: 'Change video' }).click()
    await ben.page.getByLabel('Address of the video').fill('javascript:alert(1)')
    await ben.page.getByRole('button', { name: 'Show this video' }).click()
    await ben.page.getByText('An address begins with https://').waitFor()
    await ben.page.getByRole('button', { name: 'Close', exact: true }).click()
    await pressPlay(ben.page)
    await eventually(async () => !(await playerOf(ana.page)).playing)
  }, 40_000)
}

/** Marks what is in a field with a mouse that is let go of far beside it. */
async function markBeyond(page: Page, label: string): Promise<void> {
  const field = (await page.getByLabel(label).boundingBox()) ?? { x: 0, y: 0 }
  await page.mouse.move(field.x + 100, field.y + 10)
  await page.mouse.down()
  await page.mouse.move(5, field.y + 10)
  await page.mouse.up()
}

/** Runs in the page before all else: to its page a video says what Safari's on a phone does, which loads the length of it and no more. */
function loadWhenToldToPlay(): void {
  const told = new WeakSet<HTMLMediaElement>()
  const { prototype } = HTMLMediaElement
  const { play } = prototype
  prototype.play = function (this: HTMLMediaElement) {
    told.add(this)
    return play.call(this)
  }
  const says = { readyState: (real: number) => Math.min(real, 1), networkState: () => 1 }
  for (const [name, before] of Object.entries(says)) {
    const real = Object.getOwnPropertyDescriptor(prototype, name)?.get
    Object.defineProperty(prototype, name, {
      get(this: HTMLMediaElement) {
        const value = real?.call(this)
        return told.has(this) ? value : before(value)
      },
    })
  }
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
