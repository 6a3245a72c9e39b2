import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Stage } from './stage'
import { arrive, beInSync, beNear, comeIn, eventually, openRoom, playerOf, pressPlay } from './steps'

const kinds = [
  ['youtube-video', 'https://youtu.be/aqz-KE-bpKQ'],
  ['vimeo-video', 'https://vimeo.com/76979871'],
  ['twitch-video', 'https://www.twitch.tv/videos/1234567890'],
  ['hls-video', 'http://127.0.0.1:9/none.m3u8'],
  ['dash-video', 'http://127.0.0.1:9/none.mpd'],
] as const

const fetchWidget = `document.head.append(Object.assign(document.createElement('script'), { src: 'https://www.youtube.com/s/player/0/www-widgetapi.js' }))`

/** Players of others, as far as they can be had without a network. */
export function players(stage: Stage): void {
  test('each kind of video gets its own player, which the policy of the page allows', async () => {
    const { page } = (await openRoom(stage, { name: 'All kinds' })).ana

    // As the real one does, it fetches another script of its own.
    await page.route('https://www.youtube.com/iframe_api', (route) => route.fulfill({ contentType: 'text/javascript', body: fetchWidget }))
    const widget = page.waitForRequest('https://www.youtube.com/s/player/0/www-widgetapi.js')
    for (const [element, address] of kinds) {
      await page.getByRole('button', { name: /Choose a video|Change video/ }).click()
      await page.getByLabel('Address of the video').fill(address)
      await page.getByRole('button', { name: 'Show this video' }).click()
      await page.locator(`media-controller > ${element}:defined`).waitFor({ state: 'attached' })
      expect(await page.locator('[slot=media]').count()).toBe(1)
    }
    await widget
    await page.getByRole('alert').filter({ hasText: 'This video does not load here.' }).waitFor()
  }, 40_000)

  test.each(['film.m3u8', 'film.mpd'])(
    'a stream, %s, is watched together, and jumped in, and who comes while it is paused sees the same',
    async (name) => {
      const server = serveStreams()
      try {
        const { ana, link } = await openRoom(stage, { name: 'A stream', video: `${server.url}${name}` })
        const ben = await arrive(stage, 'Ben', { at: link })
        await pressPlay(ana.page)
        await Promise.all([beInSync(ana.page), beInSync(ben.page)])
        await beNear(ana.page, ben.page)

        // Back, for the stream is short, and it may be near its end by now.
        const { phaseS } = await playerOf(ben.page)
        await ana.page.locator('media-controller').press('ArrowLeft')

        await eventually(async () => (await playerOf(ben.page)).phaseS < phaseS - 0.5)
        await Promise.all([beInSync(ana.page), beInSync(ben.page)])
        await beNear(ana.page, ben.page)

        await pressPlay(ana.page)
        await eventually(async () => !(await playerOf(ben.page)).playing)
        // Into the middle, wherever it was paused.
        await ana.page.locator('media-time-range').click()
        const cleo = await arrive(stage, 'Cleo', { at: link })
        await eventually(async () => {
          const [anas, ...others] = await Promise.all([playerOf(ana.page), playerOf(ben.page), playerOf(cleo.page)])
          return anas.positionS > 8 && others.every(({ positionS }) => Math.abs(anas.positionS - positionS) < 0.05)
        })
      } finally {
        server.stop()
      }
    },
    40_000,
  )

  test('a stream whose player has given up goes on once there is a network, and is where the others are', async () => {
    const server = serveStreams()
    const watch = async (name: string, giveUp: (page: Page) => Promise<unknown>) => {
      const { ana, link } = await openRoom(stage, { name: 'A stream in a tunnel', video: `${server.url}${name}` })
      // The stream is short.
      await ana.page.getByLabel('Speed').selectOption('0.5')
      const { page } = await stage.enter()
      await page.route(pieces, (route) => route.abort())
      await page.goto(link)
      await comeIn(page, 'Ben')
      await Promise.all([ana.page, page].map(haveData))
      const lost = page.waitForEvent('requestfailed', (request) => pieces.test(request.url()))
      await ana.page.locator('media-controller').press('ArrowRight')
      await lost
      await giveUp(page)
      const alert = page.getByRole('alert').filter({ hasText: 'The video has broken off.' })
      await alert.waitFor()
      await pressPlay(ana.page)

      await page.unroute(pieces)

      await beInSync(page)
      await beNear(ana.page, page)
      expect(await alert.count()).toBe(0)
    }
    try {
      await Promise.all([watch('film.m3u8', loseHope), watch('film.mpd', async () => {})])
    } finally {
      server.stop()
    }
  }, 40_000)
}

/** Waits until the player has something to show. */
const haveData = (page: Page) => eventually(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.readyState > 2))

/** All but the first, with which a player begins. */
const pieces = /part-[2-5]\.m4s$/

/** With the next piece that is lost hls.js gives up, as it does by itself after half a minute; dash.js takes four seconds. */
const loseHope = (page: Page) =>
  page.locator('hls-video').evaluate((player) => {
    const { api } = player as unknown as { readonly api: { readonly levels: readonly { fragmentError: number }[] } } // The element's own.
    for (const level of api.levels) level.fragmentError = 6
  })

/**
 * Twenty seconds of ffmpeg's `testsrc2` (160x90, ten pictures a second, VP9) in five parts, which one list of each kind names:
 * `-c:v libvpx-vp9 -b:v 12k -g 40 -f dash -dash_segment_type mp4 -seg_duration 4 -use_timeline 0 -hls_playlist 1`.
 */
function serveStreams() {
  const headers = { 'access-control-allow-origin': '*' }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => new Response(Bun.file(join(import.meta.dir, 'streams', new URL(request.url).pathname.slice(1))), { headers }),
  })
  return { url: server.url.href, stop: () => void server.stop(true) }
}
