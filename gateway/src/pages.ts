import { createAsyncApi } from './docs/asyncapi'
import { docsPage } from './docs/docs-page'
import type { ReadOpenApi } from './docs/endpoints-html'
import { pagePolicy } from './docs/html'
import { createOpenApi } from './docs/openapi'
import { unbuiltPage } from './docs/unbuilt-page'
import type { WatchPage } from './page/watch-page'
import type { Page } from './routes'
import { version } from './version'

interface Made {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Short, so that readers see a new version soon. */
const keptS = 300

/** What the gateway itself answers: the page to watch on, and the documents. Those are made when first asked for, and kept. */
export function createPages(watchPage: WatchPage | undefined) {
  const made = new Map<Page, Made>()
  return (page: Page, request: Request): Response => {
    if (page === 'watch' && watchPage) return watchPage.document(request)
    const { body, headers } = made.getOrInsertComputed(page, () => makers[page]())
    return new Response(body, { headers: { 'cache-control': `public, max-age=${keptS}`, ...headers } })
  }
}

const makers: Readonly<Record<Page, () => Made>> = {
  watch: () => html(unbuiltPage()),
  docs: () => html(docsPage(readable(createOpenApi({ version })), createAsyncApi({ version }))),
  openapi: () => json(createOpenApi({ version })),
  asyncapi: () => json(createAsyncApi({ version })),
}

const html = (body: string): Made => ({
  body,
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy },
})
const json = (document: object): Made => ({ body: JSON.stringify(document), headers: { 'content-type': 'application/json' } })

// The generator's type allows references and every OpenAPI version in every place; ours writes none of those.
const readable = (document: object) => document as ReadOpenApi
