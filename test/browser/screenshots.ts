import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import type { Visitor } from './chromium'
import { openStage } from './stage'
import { beIn, beInSync, comeIn, createRoom, pressPlay, readInChat, sayInChat } from './steps'

/** `bun run screenshots <folder>`: the whole journey as pictures, on a laptop and on a phone, light and dark. */

const folder = process.argv[2] ?? 'screenshots'
mkdirSync(folder, { recursive: true })
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
const laptop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }

const stage = await openStage()
let taken = 0

for (const colorScheme of ['light', 'dark'] as const) {
  const shot = async ({ page }: Visitor, name: string) => {
    taken++
    await page.screenshot({ path: join(folder, `${colorScheme}-${String(taken).padStart(2, '0')}-${name}.png`) })
  }
  const ana = await stage.enter({ ...laptop, colorScheme })
  const ben = await stage.enter({ ...phone, colorScheme })
  await shot(ana, 'welcome')
  await shot(ben, 'welcome-phone')
  await comeIn(ana.page, 'Ana')
  await ana.page.getByRole('heading', { name: 'Hello, Ana' }).waitFor()
  await shot(ana, 'home')
  const link = await createRoom(ana.page, { name: 'Friday film', video: stage.videoUrl, door: 'Those I let in' })
  await beIn(ana.page)
  await shot(ana, 'alone')
  await ana.page.getByRole('button', { name: 'Invite' }).click()
  await shot(ana, 'invite')
  await ana.page.keyboard.press('Escape')

  await ben.page.goto(link)
  await shot(ben, 'invited-phone')
  await comeIn(ben.page, 'Ben')
  await ben.page.getByRole('heading', { name: 'You are in the lobby' }).waitFor()
  await shot(ben, 'lobby-phone')
  await ana.page.getByRole('button', { name: 'Let in Ben' }).waitFor()
  await shot(ana, 'request')
  await ana.page.getByRole('button', { name: 'Let in Ben' }).click()
  await beIn(ben.page)
  const cleo = await stage.enter({ ...laptop, colorScheme, at: link.replace(stage.url, stage.wiredUrl) })
  await comeIn(cleo.page, 'Cleo')
  await ana.page.getByRole('button', { name: 'Let in Cleo' }).click()
  await beIn(cleo.page)

  await sayInChat(ben.page, 'Got the popcorn. Who has the remote?')
  await readInChat(ana.page, 'popcorn')
  await sayInChat(ana.page, 'I do!')
  await sayInChat(ana.page, 'Starting in a second.')
  await readInChat(cleo.page, 'Starting')
  await sayInChat(cleo.page, 'Lights are off.')
  await readInChat(ana.page, 'Lights')
  await pressPlay(ana.page)
  for (const { page } of [ana, ben, cleo]) await beInSync(page)
  await Bun.sleep(4_000)
  await ana.page.mouse.move(400, 400)
  await ana.page.locator('media-controller:not([userinactive])').waitFor()
  await Bun.sleep(500)
  await shot(ana, 'watching')
  await shot(ben, 'watching-phone')
  await shot(cleo, 'watching-guest')
  await ana.page.getByRole('tab', { name: 'People' }).click()
  await ana.page.locator('.badge').click()
  await shot(ana, 'people-and-sync')
  await ana.page.locator('.badge').click()
  await ana.page.getByRole('button', { name: 'Room settings' }).click()
  await shot(ana, 'settings')
  await ana.page.keyboard.press('Escape')
  await ben.page.getByRole('tab', { name: 'People' }).click()
  await shot(ben, 'people-phone')
  await ben.page.setViewportSize({ width: 844, height: 390 })
  await shot(ben, 'phone-on-its-side')
  stage.wire.set({ flow: 'held' })
  stage.wire.reset()
  await cleo.page.getByText('Reconnecting …').waitFor()
  await sayInChat(cleo.page, 'Is it only me?')
  await shot(cleo, 'reconnecting')
  await ben.page.reload()
  await beIn(ben.page)
  await Bun.sleep(2_000)
  await shot(ben, 'loaded-again')
  await stage.clear()
}
await stage.stop()
process.stdout.write(`${taken} pictures are in ${folder}\n`)
process.exit()
