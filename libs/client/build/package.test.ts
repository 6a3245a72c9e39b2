import { beforeAll, expect, test } from 'bun:test'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { tempFolder } from '@matinee/test/support'
import { contractTypeNames } from './contract-types'
import { type Built, buildPackage } from './package'

const folder = tempFolder('client-package')
const dist = join(folder, 'node_modules', '@matinee', 'client')
const source = join(import.meta.dir, '..', 'src', 'contract-types.ts')
let built: Built

beforeAll(async () => {
  await mkdir(dist, { recursive: true })
  built = await buildPackage(dist)
}, 60_000)

async function typecheck(name: string, text: string, options: object): Promise<string> {
  await Bun.write(join(folder, `${name}.ts`), text)
  const compilerOptions = {
    target: 'ESNext',
    module: 'Preserve',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
    types: [],
    ...options,
  }
  await Bun.write(join(folder, `${name}.json`), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }))
  const tsc = Bun.spawn([process.execPath, 'x', 'tsc', '-p', join(folder, `${name}.json`)], {
    cwd: import.meta.dir,
    stdout: 'pipe',
    stderr: 'pipe',
  })
  return (await new Response(tsc.stdout).text()).trim()
}

test('the package is one module that asks for no other, small enough for a page', async () => {
  const text = await Bun.file(join(dist, 'index.js')).text()

  expect(text).not.toMatch(/^\s*import\b|\brequire\(|\bBun\b|\bprocess\b|node:|zod/im)
  expect(built.files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'index.js', 'package.json', 'types/index.d.ts']))
  expect(built.compressedBytes).toBeLessThan(14_000)
})

test('it can be imported by its name, and used', async () => {
  await Bun.write(
    join(folder, 'use.mjs'),
    "import { createMatinee } from '@matinee/client'\nprocess.stdout.write(typeof createMatinee({ baseUrl: 'http://x' }).enter)",
  )
  const run = Bun.spawn([process.execPath, join(folder, 'use.mjs')], { cwd: folder, stdout: 'pipe' })

  expect(await new Response(run.stdout).text()).toBe('function')
})

test('Node can import it, from the files that its own package.json names', async () => {
  const text = "import { createMatinee } from '@matinee/client'; process.stdout.write(typeof createMatinee({ baseUrl: 'http://x' }).enter)"
  const run = Bun.spawn(['node', '--input-type=module', '-e', text], { cwd: folder, stdout: 'pipe' })

  expect(await new Response(run.stdout).text()).toBe('function')
})

test('what is published is the built folder: the sources cannot be, by mistake', async () => {
  const { private: isPrivate } = await Bun.file(join(import.meta.dir, '..', 'package.json')).json()
  const manifest = await Bun.file(join(dist, 'package.json')).json()
  const readme = await Bun.file(join(dist, 'README.md')).text()

  expect(isPrivate).toBe(true)
  expect(manifest).toMatchObject({
    name: '@matinee/client',
    license: 'MIT',
    exports: { '.': { types: './types/index.d.ts', default: './index.js' } },
    types: './types/index.d.ts',
  })
  expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(Object.keys(manifest)).not.toContain('private')
  expect(Object.keys(manifest).filter((key) => /dependencies|scripts/i.test(key))).toEqual([])
  for (const path of [...manifest.files, 'LICENSE'])
    expect(built.files.some((file) => file === path || file.startsWith(`${path}/`))).toBe(true)
  // What looks like one in code is none.
  const links = [...readme.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target ?? '')
  expect(links.filter((target) => !target.startsWith('https://') && !built.files.includes(target))).toEqual([])
})

test.each([
  ['a bundler', { module: 'Preserve', moduleResolution: 'bundler' }],
  ['Node', { module: 'NodeNext', moduleResolution: 'NodeNext' }],
])(
  'its types stand alone, without those of Bun or Node, for who resolves as %s does',
  async (_, resolution) => {
    const said = await typecheck(
      'consumer',
      `import { createMatinee, follow, MatineeError, type RoomConnection } from '@matinee/client'
const matinee = createMatinee({ baseUrl: 'https://matinee.example', storage: localStorage })
const room: RoomConnection = matinee.enter('44C69XDM')
room.subscribe(({ status, view }) => { const names: string[] = view?.participants.map((one) => one.display_name) ?? []; void [status, names] })
room.on('frame', (frame) => { if (frame.type === 'CHAT_MESSAGE') { const text: string = frame.message; void text } })
void room.chat('hello').catch((error) => error instanceof MatineeError && error.code === 'chat_disabled')
follow(room, document.querySelector('video')!)
// @ts-expect-error a room has no such setting
void matinee.rooms.create({ nonsense: true })
// @ts-expect-error a position is a number
void room.seek('3')
`,
      { lib: ['ESNext', 'DOM'], skipLibCheck: false, ...resolution },
    )

    expect(said).toBe('')
  },
  60_000,
)

test("its written-out types are the contracts' own", async () => {
  const inSource = [...(await Bun.file(source).text()).matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name ?? '').sort()
  const checks = contractTypeNames.map((name) => `export const ${name}: Same<source.${name}, built.${name}> = true`)
  const said = await typecheck(
    'same',
    `import type * as source from '${source}'
import type * as built from '${join(dist, 'types', 'contract-types')}'
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
${checks.join('\n')}
export const noticed: Same<source.User, built.Room> = false
`,
    { lib: ['ESNext', 'DOM'], skipLibCheck: true, allowImportingTsExtensions: true },
  )

  // The contracts' own sources need the types of Bun, which are not asked for here.
  const differences = said.split('\n').filter((line) => line.includes('same.ts('))
  expect(inSource).toEqual([...contractTypeNames])
  expect(differences).toEqual([])
}, 60_000)
