import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ClientFrame, closeCodes, ServerFrame } from '@matinee/contracts'
import { Glob } from 'bun'
import * as z from 'zod'

/** What the documentation says is compared with the tree: what is added without a word, or named and gone, fails here. */

const root = join(import.meta.dir, '..')
const readme = await read('README.md')
const tree = [...new Glob('**/*.{md,ts,json,yml}').scanSync(root)].filter((file) => !/(^|\/)(node_modules|data|dist)\//.test(file)).sort()
const files = (pattern: RegExp) => tree.filter((file) => pattern.test(file))

describe('links', () => {
  const pages = files(/\.md$/)

  test('every package, service and folder of documents has its pages', () => {
    expect(pages.length).toBeGreaterThan(15)
  })

  for (const page of pages) {
    test(`${page}: every relative link leads to a file, and its anchor to a heading`, async () => {
      const broken: string[] = []
      for (const link of linksOf(await read(page))) {
        const [path = '', anchor] = link.split('#')
        const target = path === '' ? page : relative(root, join(root, dirname(page), decodeURIComponent(path)))
        const headings = anchor === undefined ? undefined : headingsOf(await read(target).catch(() => ''))
        if (!existsSync(join(root, target)) || (anchor !== undefined && !headings?.includes(anchor))) broken.push(link)
      }

      expect(broken).toEqual([])
    })
  }
})

describe('README', () => {
  test('its commands bring the Bun that package.json names', async () => {
    const { packageManager } = z.object({ packageManager: z.string() }).parse(JSON.parse(await read('package.json')))
    const brought = [...(await textOf(files(/\.md$/))).matchAll(/\bbun@[\d.]+\b/g)].map(([version]) => version)

    expect(new Set(brought)).toEqual(new Set([packageManager]))
  })

  test('its configuration table has every variable that a part or docker-compose.yml reads, and no other', async () => {
    const sources = files(/(^|\/)(config|create-superuser|standalone)\.ts$/)
    const settings = [...(await textOf(sources)).matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*):\s/g)].map(([, name]) => name ?? '')
    const composed = [...(await read('docker-compose.yml')).matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name ?? '')
    const documented = tableNames(sectionOf(readme, 'Configuration'))

    expect(new Set(settings).size).toBeGreaterThan(40)
    expect(documented).toEqual([...new Set([...settings, ...composed])].sort())
  })

  test('what .env.example offers is in its configuration table', async () => {
    const offered = [...(await read('.env.example')).matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name ?? '')
    const documented = tableNames(sectionOf(readme, 'Configuration'))

    expect(offered.length).toBeGreaterThan(20)
    expect(offered.filter((name) => !documented.includes(name))).toEqual([])
  })

  test('its dependency table has every package that a package.json names, and no other', async () => {
    const manifests = files(/(^|\/)package\.json$/)
    const named = new Set<string>()
    for (const manifest of manifests) {
      const { dependencies = {}, devDependencies = {} } = Manifest.parse(JSON.parse(await read(manifest)))
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
        if (!version.startsWith('workspace:')) named.add(name)
    }

    expect(named.size).toBeGreaterThan(10)
    expect(tableNames(sectionOf(readme, 'Dependencies'))).toEqual([...named].sort())
  })
})

describe('the live protocol', async () => {
  const page = await read('docs/live-protocol.md')

  test('has every close code', () => {
    const missing = Object.values(closeCodes).filter(({ code }) => !page.includes(`| ${code} |`))

    expect(missing).toEqual([])
  })

  test('has every frame of both directions', () => {
    const types = [ClientFrame, ServerFrame].flatMap((schema) => typesIn(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })))

    expect(types.length).toBeGreaterThan(20)
    expect(types.filter((type) => !page.includes(`\`${type}\``))).toEqual([])
  })
})

test('the operations page has every metric', async () => {
  const code = await textOf(
    files(/^(libs|services|gateway)\/.*\/src\/.*\.ts$|^gateway\/src\/.*\.ts$/).filter((file) => !file.endsWith('.test.ts')),
  )
  const metrics = [...code.matchAll(/\b(?:counter|gauge|histogram)(?:<[^>]*>)?\(\{\s*name: '([a-z_]+)'/g)].map(([, name]) => name ?? '')
  const page = await read('docs/operations.md')

  expect(metrics.length).toBeGreaterThan(10)
  expect(metrics.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

describe('rules', async () => {
  const tests = await textOf(files(/\.(test|contract|journey)\.ts$|\/contract\/.*\.ts$/))
  const cited = new Set([...tests.matchAll(/\[([A-Z]{1,3}\d+(?:[,\s]+[A-Z]{1,3}\d+)*)\]/g)].flatMap(([, ids = '']) => ids.split(/[,\s]+/)))
  const specs = files(/(^|\/)SPEC\.md$/)

  test('the gateway and the services have theirs', () => {
    expect(specs).toEqual(expect.arrayContaining(['gateway/SPEC.md', 'services/auth/SPEC.md', 'services/rooms/SPEC.md']))
  })

  for (const spec of specs) {
    test(`${spec}: every rule has a name of its own, and is cited by a test; every rule that is cited is there`, async () => {
      const rules = [...(await read(spec)).matchAll(/^\s*[-*|]\s*\*\*\[?([A-Z]{1,3}\d+)\]?\*\*/gm)].map(([, rule]) => rule ?? '')
      const prefixes = new Set(rules.map(prefixOf))

      expect(rules.length).toBeGreaterThan(10)
      expect(rules.filter((rule, place) => rules.indexOf(rule) !== place)).toEqual([])
      expect(rules.filter((rule) => !cited.has(rule))).toEqual([])
      expect([...cited].filter((rule) => prefixes.has(prefixOf(rule)) && !rules.includes(rule))).toEqual([])
    })
  }
})

function prefixOf(rule: string): string {
  return rule.replace(/\d+$/, '')
}

const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
})

function read(file: string): Promise<string> {
  return Bun.file(join(root, file)).text()
}

async function textOf(paths: readonly string[]): Promise<string> {
  return (await Promise.all(paths.map(read))).join('\n')
}

/** Relative links outside of code. */
function linksOf(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`(?!\])/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '').filter((link) => !/^[a-z]+:/.test(link))
}

/** Anchors of a page's headings, as GitHub makes them. */
function headingsOf(markdown: string): string[] {
  const titles = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title ?? '')
  return titles.map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  )
}

function sectionOf(markdown: string, title: string): string {
  return markdown.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? ''
}

/** What is in code marks in the first column of the section's tables, in order. */
function tableNames(section: string): string[] {
  const cells = [...section.matchAll(/^\|([^|]+)\|/gm)].map(([, cell]) => cell ?? '')
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')).sort()
}

/** The values that `type` may have, in every alternative of a schema. */
function typesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = TypeField.safeParse(schema)
  const here = own.success
    ? [own.data.properties.type.const, ...(own.data.properties.type.enum ?? [])].filter((type) => type !== undefined)
    : []
  return [...new Set([...here, ...Object.values(schema).flatMap(typesIn)])]
}

const TypeField = z.object({
  properties: z.object({ type: z.object({ const: z.string().optional(), enum: z.array(z.string()).optional() }) }),
})
