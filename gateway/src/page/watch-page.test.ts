import { expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@matinee/test/support'
import { createTestApp } from '../app.fixture'
import { openWatchPage } from './watch-page'

const script = 'document.title = "Matinee"'

/** A gateway over a page as `web/build.ts` leaves it. */
function setup() {
  const folder = tempFolder('page')
  mkdirSync(join(folder, 'assets'))
  const put = (name: string, content: string | Uint8Array<ArrayBuffer>) => writeFileSync(join(folder, name), content)
  put('index.html', '<!doctype html><title>Matinee</title>')
  put('assets/main-1.js', script)
  put('assets/main-1.js.gz', Bun.gzipSync(script))
  put('assets/secret.js', 'in no manifest')
  put('page.json', JSON.stringify({ assets: { 'main-1.js': { bytes: script.length, gzipBytes: 40 } }, firstLoad: ['main-1.js'] }))
  return createTestApp({ watchPage: openWatchPage(folder) })
}

test.each(['/', '/r/7GQ4KX2M', '/r/7GQ4-KX2M/'])('[GW40] %s is the page, asked for anew each time', async (path) => {
  const { fetch } = setup()

  const response = await fetch(path)

  expect(response.status).toBe(200)
  expect(await response.text()).toStartWith('<!doctype html>')
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-cache')
})

test('[GW40] a page that has not changed is not sent again', async () => {
  const { fetch } = setup()
  const etag = (await fetch('/')).headers.get('etag') ?? ''

  const again = await fetch('/r/7GQ4KX2M', { headers: { 'if-none-match': etag } })

  expect([again.status, await again.text()]).toEqual([304, ''])
})

test('[GW41] an asset may be kept for good, and comes compressed to who takes that', async () => {
  const { fetch } = setup()

  const plain = await fetch('/assets/main-1.js')
  const compressed = await fetch('/assets/main-1.js', { headers: { 'accept-encoding': 'br, gzip' } })
  const refused = await fetch('/assets/main-1.js', { headers: { 'accept-encoding': 'gzip;q=0' } })

  expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(plain.headers.get('vary')).toContain('Accept-Encoding')
  expect(await plain.text()).toBe(script)
  expect(compressed.headers.get('content-encoding')).toBe('gzip')
  expect(new TextDecoder().decode(Bun.gunzipSync(await compressed.arrayBuffer()))).toBe(script)
  expect(refused.headers.has('content-encoding')).toBe(false)
})

test.each(['/assets/secret.js', '/assets/page.json', '/assets/../page.json', '/assets/toString', '/assets/', '/r/', '/r/a/b'])(
  '[GW41] %s is nothing that was built',
  async (path) => {
    const { fetch, codeOf } = setup()

    const response = await fetch(path)

    expect([response.status, await codeOf(response)]).toEqual([404, 'not_found'])
  },
)

test('[GW42] the page runs its own scripts and those of its players, and nothing frames it', async () => {
  const { fetch } = setup()

  const { headers } = await fetch('/')

  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split('; ').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]),
  )
  expect(policy.get('default-src')).toEqual(["'none'"])
  expect(policy.get('script-src')).toEqual(["'self'", 'https://www.youtube.com/iframe_api', 'https://www.youtube.com/s/player/'])
  expect(policy.get('frame-ancestors')).toEqual(["'none'"])
  expect(policy.get('frame-src')).not.toContain('https:')
  expect(headers.get('referrer-policy')).toBe('strict-origin')
})

test('[GW40] without a built page, `/` says how to build it', async () => {
  const { fetch } = createTestApp({ watchPage: openWatchPage(tempFolder('page')) })

  const response = await fetch('/')

  expect(await response.text()).toContain('bun run build:page')
})
