export type Service = 'auth' | 'rooms'

/** Where a request goes. `group` names the route in metrics: few values, whatever clients ask for. */
export type Route =
  | { readonly to: 'service'; readonly service: Service; readonly group: string }
  | { readonly to: 'socket'; readonly group: 'socket' }
  | { readonly to: 'page'; readonly page: Page; readonly group: 'pages' }
  /** A file of the page that people watch on. */
  | { readonly to: 'asset'; readonly name: string; readonly group: 'pages' }
  | { readonly to: 'nowhere'; readonly group: 'unknown' }

export const pages = { '/': 'watch', '/api/docs': 'docs', '/api/openapi.json': 'openapi', '/api/asyncapi.json': 'asyncapi' } as const
export type Page = (typeof pages)[keyof typeof pages]

const nowhere: Route = { to: 'nowhere', group: 'unknown' }

/** Chooses by the path alone, as the URL parser left it: dot segments are gone. */
export function routeOf(path: string): Route {
  // Whatever two readers could read differently leads nowhere.
  if (/\/\/|[%\\]/.test(path)) return nowhere
  const bare = path.length > 1 ? path.replace(/\/$/, '') : path

  const page = isPage(bare) ? pages[bare] : undefined
  if (page) return { to: 'page', page, group: 'pages' }
  // A room's address, as people share it: the page reads the code itself.
  if (/^\/r\/[^/]+$/.test(bare)) return { to: 'page', page: 'watch', group: 'pages' }
  const asset = /^\/assets\/([^/]+)$/.exec(path)?.[1]
  if (asset !== undefined) return { to: 'asset', name: asset, group: 'pages' }
  if (bare === '/.well-known/jwks.json') return { to: 'service', service: 'auth', group: 'keys' }
  if (bare.startsWith('/api/auth/')) return { to: 'service', service: 'auth', group: 'auth' }
  if (bare === '/api/rooms' || bare.startsWith('/api/rooms/')) return { to: 'service', service: 'rooms', group: 'rooms' }
  if (/^\/ws\/room\/[^/]+$/.test(bare)) return { to: 'socket', group: 'socket' }
  return nowhere
}

const isPage = (path: string): path is keyof typeof pages => Object.hasOwn(pages, path)
