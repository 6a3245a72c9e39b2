/** A part of a service or of the gateway, and all that it may import. */
export interface Layer {
  readonly name: string
  /** Paths from the root. The first layer that matches a file is its layer. */
  readonly files: RegExp
  /** Own files from the package's `src/`, such as `./domain/room`, and names of packages. */
  readonly mayImport: RegExp
}

const vocabulary = '@matinee/(contracts|kernel)(/.+)?'
const own = (below: string) => `\\./${below}`
const inService = (below: string) => new RegExp(`^services/[^/]+/src/${below}`)
const only = (...allowed: readonly string[]) => new RegExp(`^(${allowed.join('|')})$`)

/** Any file directly in `src/` but those with a role of their own: the use cases. */
const useCases = '\\./(?!(compose|main|app|app-.*|http|subscriptions)$)[^/]+'

/** Every file of a service is in one of these; none is outside of them all. */
export const layers: readonly Layer[] = [
  { name: 'domain', files: inService('domain/'), mayImport: only(own('domain/.+'), vocabulary) },
  { name: 'ports', files: inService('ports\\.ts$'), mayImport: only(own('domain/.+'), vocabulary) },
  {
    name: 'store',
    files: inService('store/'),
    mayImport: only(
      own('domain/.+'),
      own('store/.+'),
      own('ports'),
      vocabulary,
      '@matinee/(db|outbox)',
      'drizzle-orm(/.+)?',
      'ioredis',
      'bun',
      'node:.+',
      'zod',
    ),
  },
  {
    name: 'secrets',
    files: inService('secrets/'),
    mayImport: only(own('domain/.+'), own('secrets/.+'), own('ports'), vocabulary, 'jose', '@elysiajs/jwt', 'node:.+', 'zod'),
  },
  {
    name: 'live',
    files: inService('live/'),
    mayImport: only(own('domain/.+'), own('live/.+'), useCases, vocabulary, '@matinee/(http|socket)'),
  },
  {
    name: 'doors',
    files: inService('doors/'),
    mayImport: only(own('domain/.+'), own('live/.+'), own('doors/.+'), own('ports'), vocabulary, '@matinee/(http|link|socket)', 'bun'),
  },
  {
    name: 'http',
    files: inService('(app|app-.*|http)\\.ts$'),
    mayImport: only(own('domain/.+'), own('http'), useCases, vocabulary, '@matinee/http', 'elysia', 'zod'),
  },
  {
    name: 'subscriptions',
    files: inService('subscriptions\\.ts$'),
    mayImport: only(own('domain/.+'), own('live/.+'), useCases, vocabulary, '@matinee/bus'),
  },
  {
    name: 'config',
    files: inService('config\\.ts$'),
    mayImport: only(own('domain/.+'), own('live/.+'), useCases, vocabulary, '@matinee/socket', 'zod'),
  },
  // What puts the rest together sees all of its own package, and every library.
  {
    name: 'compose',
    files: inService('(compose|main|create-superuser)\\.ts$'),
    mayImport: /^(?!@matinee\/(auth|rooms|sync|gateway|test)\b)/,
  },
  {
    name: 'use cases',
    files: inService('[^/]+\\.ts$'),
    mayImport: only(own('domain/.+'), useCases, vocabulary, '@matinee/http', 'node:.+', 'zod'),
  },
]

/** Libraries that do I/O or shape an edge, and the only places that may know them. */
export const homes: readonly { readonly library: RegExp; readonly home: RegExp }[] = [
  { library: /^nats$|^@nats-io\//, home: /^libs\/bus\/src\/(bus\.nats[^/]*\.ts|nats\/)/ },
  { library: /^ioredis$/, home: /^services\/sync\/src\/store\// },
  { library: /^drizzle-orm(\/|$)/, home: /^(services\/[^/]+\/src\/store\/|libs\/(db|outbox)\/src\/)/ },
  { library: /^drizzle-kit$/, home: /^services\/[^/]+\/drizzle\.(sqlite|postgres)\.ts$/ },
  { library: /^bun:sqlite$/, home: /^(libs\/db\/src\/|standalone\.ts$)/ },
  { library: /^elysia(\/|$)/, home: /^(services\/[^/]+\/src\/(app|http)\.ts$|libs\/http\/src\/)/ },
  { library: /^@elysiajs\//, home: /^services\/auth\/src\/secrets\// },
  { library: /^jose$/, home: /^(services\/auth\/src\/secrets\/|libs\/http\/src\/)/ },
  { library: /^prom-client$/, home: /^libs\/http\/src\// },
]
