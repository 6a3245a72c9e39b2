import { expect, test } from 'bun:test'
import type { Stage } from './stage'
import { openRoom } from './steps'

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
}
