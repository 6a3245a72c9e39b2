import type { Browser, BrowserContextOptions } from 'playwright-core'
import { startEmbedded } from '../support/embedded'
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy'
import { errorsOf, type Stack } from '../support/stack'
import { openBrowser, type Visitor, visit } from './chromium'
import { serveFrameVideo, type VideoServer } from './frame-video'

/** What every test in a browser needs: one Matinee, one browser, one video. */
export interface Stage {
  readonly url: string
  readonly videoUrl: string
  /** The same Matinee, over a wire that can be cut. */
  readonly wire: FaultProxy
  readonly wiredUrl: string
  /** A person with a browser of their own, who has the page open at `url`, or elsewhere. */
  enter(options?: BrowserContextOptions & { readonly at?: string }): Promise<Visitor>
  /** Sends all people home, and gives what their pages and the server have complained of. */
  clear(): Promise<readonly string[]>
  stop(): Promise<void>
}

/** Starts them all; Matinee as an embedded run, unless another is given. */
export async function openStage(starting: Promise<Stack> = startEmbedded()): Promise<Stage> {
  const [matinee, browser] = await Promise.all([starting, openBrowser()])
  const video = await serveFrameVideo(browser)
  return stageOf(matinee, browser, video)
}

function stageOf(matinee: Stack, browser: Browser, video: VideoServer): Stage {
  const url = matinee.httpUrls[0] ?? ''
  const wire = openFaultProxy({ target: Number(new URL(url).port) })
  const visitors: Visitor[] = []
  return {
    url,
    videoUrl: video.url,
    wire,
    wiredUrl: `http://127.0.0.1:${wire.port}`,
    async enter({ at = url, ...options } = {}) {
      const visitor = await visit(browser, at, options)
      visitors.push(visitor)
      return visitor
    },
    async clear() {
      wire.heal()
      const gone = visitors.splice(0)
      for (const { context } of gone) await context.close()
      return [...gone.flatMap(({ complaints }) => complaints), ...errorsOf(matinee)]
    },
    async stop() {
      await browser.close()
      wire.stop()
      video.stop()
      await matinee.stop()
    },
  }
}
