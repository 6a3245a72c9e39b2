import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Stage } from './stage'
import { arrive, beInSync, beNear, eventually, openRoom, playerOf, pressPlay } from './steps'

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
}

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
