import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import * as z from 'zod'
import { watchPolicy } from './watch-policy'

/** The page that people watch on, as it was built. */
export interface WatchPage {
  /** The one document, for every address of the page. */
  document(request: Request): Response
  /** A script, style or picture by its name; undefined when it has none of that name. */
  asset(name: string, request: Request): Response | undefined
}

const Manifest = z.object({ assets: z.record(z.string(), z.object({ gzipBytes: z.number().nullable() })) })

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Opens what `web/build.ts` has made; undefined when it has made nothing. A later build shows after the next start. */
export function openWatchPage(folder: string): WatchPage | undefined {
  const manifestPath = join(folder, 'page.json')
  if (!existsSync(manifestPath)) return undefined
  const { assets } = Manifest.parse(JSON.parse(readFileSync(manifestPath, 'utf8')))
  const html = readFileSync(join(folder, 'index.html'))
  const etag = `"${Bun.hash(html).toString(36)}"`

  return {
    document(request) {
      const headers = {
        'content-security-policy': watchPolicy,
        // YouTube plays in no page that does not say where it is; the room's code is not said.
        'referrer-policy': 'strict-origin',
        'cache-control': 'no-cache',
        etag,
      }
      if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
      return new Response(html, { headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } })
    },

    asset(name, request) {
      const found = Object.hasOwn(assets, name) ? assets[name] : undefined
      if (!found) return undefined
      const compressed = found.gzipBytes !== null && acceptsGzip(request)
      return new Response(Bun.file(join(folder, 'assets', compressed ? `${name}.gz` : name)), {
        headers: {
          'content-type': types[extname(name)] ?? 'application/octet-stream',
          // The name says what is in it.
          'cache-control': 'public, max-age=31536000, immutable',
          vary: 'Accept-Encoding',
          ...(compressed ? { 'content-encoding': 'gzip' } : {}),
        },
      })
    },
  }
}

const acceptsGzip = (request: Request): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(request.headers.get('accept-encoding') ?? '')
