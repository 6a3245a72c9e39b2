import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { homes, layers } from './architecture/layers'
import {
  domainIsPure,
  environmentIsReadOnce,
  filesAreShort,
  foundationsAreSmall,
  importsAreVisible,
  layersHold,
  librariesAreAtHome,
  nobodyWritesToTheConsole,
  packagesAreClosed,
  partsAreApart,
  type Rule,
  testsAreLeaves,
} from './architecture/rules'
import { importsOf, isTestCode, readSources } from './architecture/source'

const sources = await readSources(join(import.meta.dir, '..'))

/** A rule, and code that is against it: the file, its text, and what has to be said about it. */
type Planted = readonly [path: string, text: string, violation: string]
const rules: readonly (readonly [name: string, rule: Rule, ...planted: Planted[]])[] = [
  [
    'a layer imports only what it may',
    layersHold,
    ['services/rooms/src/domain/room.ts', "import { eq } from 'drizzle-orm'", '(domain) imports drizzle-orm'],
    ['services/rooms/src/domain/room.ts', "import type { RoomStore } from '../ports'", '(domain) imports ./ports'],
    ['services/rooms/src/domain/room.ts', "export * from '../store/tables'", '(domain) imports ./store/tables'],
    ['services/rooms/src/domain/room.ts', "const tables = await import('../store/tables')", '(domain) imports ./store/tables'],
    ['services/rooms/src/domain/room.ts', "let t: import('../store/tables').Tables", '(domain) imports ./store/tables'],
    ['services/rooms/src/domain/room.ts', "import {\n  a,\n  type B,\n} from 'zod'", '(domain) imports zod'],
    ['services/rooms/src/rooms.ts', "import '../src/store/tables'", '(use cases) imports ./store/tables'],
    ['services/auth/src/ports.ts', "import type { Db } from '@matinee/db'", '(ports) imports @matinee/db'],
    ['services/auth/src/store/users.ts', "import { createAuth } from '../auth'", '(store) imports ./auth'],
    ['services/auth/src/http.ts', "import { createUserStore } from './store/user-store'", '(http) imports ./store/user-store'],
    ['services/auth/src/subscriptions.ts', "import { Elysia } from 'elysia'", '(subscriptions) imports elysia'],
    ['services/sync/src/live/room.ts', "import { Redis } from 'ioredis'", '(live) imports ioredis'],
    ['services/sync/src/live/room.ts', "import { door } from '../doors/link-door'", '(live) imports ./doors/link-door'],
    ['services/sync/src/doors/link-door.ts', "import { log } from '../store/room-log.redis'", '(doors) imports ./store/room-log.redis'],
    ['services/auth/src/elsewhere/new.ts', '', 'is in no layer'],
  ],
  [
    'a relative import stays in its package',
    packagesAreClosed,
    ['gateway/src/app.ts', "import { x } from '../../libs/http/src/app'", 'libs/http/src/app'],
    ['services/auth/src/auth.ts', "import type { X } from '../../rooms/src/rooms'", 'services/rooms/src/rooms'],
  ],
  [
    'services and the gateway do not know each other',
    partsAreApart,
    ['services/auth/src/compose.ts', "import { composeRooms } from '@matinee/rooms/compose'", '@matinee/rooms/compose'],
    ['services/auth/src/auth.test.ts', "import type { Rooms } from '@matinee/rooms/compose'", '@matinee/rooms/compose'],
    ['gateway/src/compose.ts', "import { composeSync } from '@matinee/sync/compose'", '@matinee/sync/compose'],
    ['libs/http/src/app.ts', "import { createApp } from '@matinee/gateway/compose'", '@matinee/gateway/compose'],
  ],
  [
    'contracts and kernel build on next to nothing',
    foundationsAreSmall,
    ['libs/contracts/src/ids.ts', "import { Refusal } from '@matinee/kernel'", 'zod only'],
    ['libs/kernel/src/log.ts', "import { Elysia } from 'elysia'", 'contracts and zod only'],
    ['libs/kernel/src/log.ts', "import { join } from 'node:path'", 'contracts and zod only'],
  ],
  [
    'a library with an outside is known in one place',
    librariesAreAtHome,
    ['libs/bus/src/bus.memory.ts', "import type { Msg } from 'nats'", 'nats'],
    ['services/auth/src/compose.ts', "import { drizzle } from 'drizzle-orm/bun-sql'", 'drizzle-orm/bun-sql'],
    ['gateway/src/app.ts', "const { Elysia } = await import('elysia')", 'elysia'],
  ],
  [
    'what runs in production imports nothing that serves tests',
    testsAreLeaves,
    ['services/auth/src/auth.ts', "import { test } from 'bun:test'", 'bun:test'],
    ['services/auth/src/auth.ts', "import { startRedis } from '@matinee/test/support'", '@matinee/test/support'],
    ['services/rooms/src/rooms.ts', "import { ana } from './domain/domain.fixtures'", 'domain.fixtures'],
  ],
  [
    'every import names its target',
    importsAreVisible,
    ['libs/db/src/db.ts', 'await import(driver)', 'computed'],
    ['libs/db/src/db.ts', 'await import(`./$' + '{driver}`)', 'computed'],
  ],
  [
    'the domain reads no clock, no chance and no process',
    domainIsPure,
    ...[
      'Date.now()',
      'new Date()',
      'Math.random()',
      'crypto.randomUUID()',
      'performance.now()',
      'process.pid',
      'Bun.nanoseconds()',
      'setTimeout(f)',
      'fetch(url)',
    ].map(
      (code): Planted => [
        'services/rooms/src/domain/room.ts',
        `const x = ${code}`,
        code.replace(/\(.*|\..*(?<!now|random)$/, '').slice(0, 4),
      ],
    ),
  ],
  [
    'the environment is read in main.ts and standalone.ts',
    environmentIsReadOnce,
    ['libs/db/src/db.ts', 'process.env.HOME', 'process.env'],
    ['services/auth/src/config.ts', 'Bun.env.HOME', 'Bun.env'],
    ['services/auth/src/config.ts', 'const { env } = process', 'process'],
  ],
  ['nobody writes to the console', nobodyWritesToTheConsole, ['services/auth/src/main.ts', "console.log('up')", 'console.']],
  [
    'no file has more than 300 lines, 350 for tests',
    filesAreShort,
    ['gateway/src/app.ts', '\n'.repeat(300).concat('x'), '301'],
    ['gateway/src/app.test.ts', '\n'.repeat(350).concat('x'), '351'],
  ],
]

describe.each(rules)('%s', (_, rule, ...planted) => {
  test('here', () => {
    expect(rule(sources)).toEqual([])
  })

  test.each(planted)('and is noticed where it is not: %s', (path, text, violation) => {
    const said = rule(new Map([[path, text]]))

    expect(said).toHaveLength(1)
    expect(said[0]).toStartWith(path)
    expect(said[0]).toContain(violation)
  })
})

describe('what the rules look at', () => {
  const running = [...sources.keys()].filter((path) => !isTestCode(path))

  test('is the whole repository', () => {
    const roots = ['gateway/src/', 'libs/', 'services/auth/src/', 'services/rooms/src/', 'services/sync/src/', 'standalone.ts', 'tools/']

    expect(running.length).toBeGreaterThan(150)
    for (const root of roots) expect(running.some((path) => path.startsWith(root))).toBe(true)
  })

  test.each(layers.map((layer) => [layer.name, layer] as const))('has the layer: %s', (_, { files }) => {
    expect(running.some((path) => files.test(path))).toBe(true)
  })

  test.each(homes.map((home) => [String(home.library), home] as const))('has the library at its home: %s', (_, { library, home }) => {
    const users = [...sources].filter(([path, text]) => home.test(path) && importsOf(path, text).some(({ target }) => library.test(target)))

    expect(users).not.toBeEmpty()
  })

  test('is code, and not what comments say of it', () => {
    const text = "// import 'nats'\n/** `import('nats')` */ const url = 'nats://x' // from 'nats'\nimport type { Id } from './ids'"

    expect(importsOf('libs/bus/src/bus.ts', text)).toEqual([{ target: 'libs/bus/src/ids', isRelative: true }])
  })
})
