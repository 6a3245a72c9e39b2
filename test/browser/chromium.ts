import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'
/** For so long it is waited for what is to come to be seen on a page. */
export const patienceMs = 15_000

/** Debian's own Chromium, which nothing here downloads. It asks nobody outside for anything. */
export function openBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error('There is no Chromium at /usr/bin/chromium; on Debian the package is called chromium.')
  // Root has no sandbox to put it into; a video without a graphics card is drawn by the processor.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', '--mute-audio'] })
}

/** A browser of one person: nothing is shared with the others. */
export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** What the page has complained about: errors that nobody caught, and what its policy refused. */
  readonly complaints: string[]
}

/** A new person's browser, on a laptop unless `options` say otherwise. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => {
    // What a player says whose own script, of another site, could not be had; the page itself throws errors only.
    if (String(error) !== 'Event') complaints.push(String(error))
  })
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) complaints.push(message.text())
  })
  await page.goto(url)
  return { context, page, complaints }
}
