import type { Session } from '@matinee/contracts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openBrowser } from '../browser/chromium'
import { frameVideo, serveFrameVideo } from '../browser/frame-video'
import { startEmbedded } from '../support/embedded'
import { openFaultProxy } from '../support/fault-proxy'
import { createHttpClient } from '../support/http-client'
import type { Visit } from './figures'
import { type PageServer, servePage } from './page-server'
import type { Way } from './scenario'

/** Viewers in contexts of their own, each with a way of its own to the gateway, and a room that has a video. */
export interface Party {
  /** The first is the host's. */
  readonly viewers: readonly [PartyViewer, ...PartyViewer[]]
  /** What was seen on all pages that have been left. */
  readonly visits: readonly Visit[]
  end(): Promise<void>
}

export interface PartyViewer {
  readonly page: Page
  /** Opens the page, goes in, and resolves when its video is where the room is. */
  come(late: boolean): Promise<void>
  /** Keeps what was seen, and closes the page. */
  leave(): Promise<void>
}

export interface PartyOptions {
  readonly ways: readonly [Way, ...Way[]]
  readonly seed: number
}

/** The frames of the video that is watched, in milliseconds each. */
export const frameMs = 1000 / frameVideo.framesPerS

/** Starts Matinee, a browser and all between them; nobody has come yet. */
export async function openParty({ ways, seed }: PartyOptions): Promise<Party> {
  const closing: (() => unknown)[] = []
  const end = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  const visits: Visit[] = []
  try {
    const pages = await servePage()
    closing.push(pages.stop)
    const matinee = await startEmbedded({ ALLOWED_ORIGINS: pages.origin })
    closing.push(() => matinee.stop())
    const browser = await openBrowser()
    closing.push(() => browser.close())
    const video = await serveFrameVideo(browser)
    closing.push(() => video.stop())

    const gatewayPort = Number(new URL(matinee.httpUrls[0] ?? '').port)
    const http = createHttpClient(matinee.httpUrls[0] ?? '')
    const host = await http.guest('Viewer 1')
    const { room_code: code } = await http.create(host.access_token, { video_url: video.url })
    const seat = async (way: Way, at: number): Promise<PartyViewer> => {
      const session = at === 0 ? host : await http.guest(`Viewer ${at + 1}`)
      if (at > 0) await http.join(session.access_token, code)
      const proxy = openFaultProxy({ target: gatewayPort, seed: seed + at })
      closing.push(() => proxy.stop())
      proxy.set({ latencyMs: way.roundTripMs * way.upShare, jitterMs: way.jitterMs }, 'up')
      proxy.set({ latencyMs: way.roundTripMs * (1 - way.upShare), jitterMs: way.jitterMs }, 'down')
      return viewerOf({ browser, pages, session, code, baseUrl: `http://127.0.0.1:${proxy.port}`, visits })
    }
    const [first, ...others] = ways
    return { viewers: [await seat(first, 0), ...(await Promise.all(others.map((way, at) => seat(way, at + 1))))], visits, end }
  } catch (error) {
    await end()
    throw error
  }
}

interface Seating {
  readonly browser: Browser
  readonly pages: PageServer
  readonly session: Session
  readonly code: string
  readonly baseUrl: string
  readonly visits: Visit[]
}

async function viewerOf({ browser, pages, session, code, baseUrl, visits }: Seating): Promise<PartyViewer> {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 320, height: 180 } })
  context.setDefaultTimeout(20_000)
  let page = await context.newPage()
  let [isLate, isOpen] = [false, true]
  return {
    get page() {
      return page
    },
    async come(late) {
      if (!isOpen) page = await context.newPage()
      ;[isLate, isOpen] = [late, true]
      await page.goto(pages.origin)
      await page.evaluate((invitation) => globalThis.viewer.enter(invitation), { baseUrl, code, session: sessionOf(session) })
    },
    async leave() {
      const { offsetMs, errorMs } = await page.evaluate((url) => globalThis.viewer.checkClock(url), pages.clockUrl)
      const recording = await page.evaluate(() => globalThis.viewer.recording())
      visits.push({ name: session.user.display_name, late: isLate, offsetMs, offsetErrorMs: errorMs, recording })
      await page.close()
      isOpen = false
    },
  }
}

/** The session as the client keeps it in a storage. */
const sessionOf = ({ user, access_token, refresh_token, expires_in }: Session): string =>
  JSON.stringify({ user, accessToken: access_token, refreshToken: refresh_token, expiresAtMs: Date.now() + expires_in * 1000 })
