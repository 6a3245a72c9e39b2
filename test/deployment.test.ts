import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { programSettings, tokenSettings } from '@matinee/kernel'
import { YAML } from 'bun'
import * as z from 'zod'

const root = join(import.meta.dir, '..')
const read = (path: string) => Bun.file(join(root, path)).text()

const Service = z.object({
  image: z.string(),
  command: z.array(z.string()),
  restart: z.string(),
  stop_grace_period: z.string(),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }),
  environment: z.record(z.string(), z.string()).default({}),
})
const composeText = await read('docker-compose.yml')
const { services } = z.object({ services: z.record(z.string(), Service) }).parse(YAML.parse(composeText))
const example = await read('.env.example')

const ours = ['gateway', 'auth', 'rooms', 'sync'] as const
const folderOf = (name: (typeof ours)[number]) => (name === 'gateway' ? 'gateway' : `services/${name}`)
/** What compose gives the service when nobody has set anything. */
const environmentOf = (name: string) =>
  Object.fromEntries(
    Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  )

test('there is one version of Bun, everywhere', async () => {
  const { packageManager, devDependencies } = z
    .object({ packageManager: z.string(), devDependencies: z.object({ '@types/bun': z.string() }) })
    .parse(await Bun.file(join(root, 'package.json')).json())

  const images = [...(await read('Dockerfile')).matchAll(/^FROM oven\/bun:([\d.]+)-slim/gm)].map(([, version]) => version)

  expect(packageManager).toBe(`bun@${Bun.version}`)
  expect(devDependencies['@types/bun']).toBe(Bun.version)
  expect(images.length).toBeGreaterThan(1)
  expect(new Set(images)).toEqual(new Set([Bun.version]))
})

test('.env.example explains every setting of docker-compose.yml, with the same default', () => {
  const used = new Map([...composeText.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name = '', value = '']) => [name, value]))
  const explained = new Map([...example.matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]))

  expect(used.size).toBeGreaterThan(30)
  expect([...used.keys()].filter((name) => !explained.has(name))).toEqual([])
  expect([...used].filter(([name, value]) => value !== '' && value !== explained.get(name))).toEqual([])
  expect([...explained.keys()].filter((name) => !used.has(name))).toEqual(['DATA_DIR', 'HOST', 'PORT', 'INTERNAL_PORT'])
})

test.each(Object.entries(services))('%s is watched, started again, and given time to stop', (_, service) => {
  expect(service.restart).toBe('unless-stopped')
  expect(service.stop_grace_period).toBe('35s')
  expect(service.healthcheck.test.length).toBeGreaterThan(1)
})

/** Each names its own in its configuration; what several have comes from one place. */
async function settingsOf(name: (typeof ours)[number]): Promise<string[]> {
  const config = await read(join(folderOf(name), 'src/config.ts'))
  const common = [
    ...(config.includes('...programSettings(') ? Object.keys(programSettings({ port: 1, internalPort: 2 })) : []),
    ...(config.includes('...tokenSettings') ? Object.keys(tokenSettings) : []),
  ]
  return [...new Set([...common, ...[...config.matchAll(/^\s+([A-Z][A-Z_]+): /gm)].map(([, setting = '']) => setting)])]
}

test.each(ours)('the README of %s names every setting it reads', async (name) => {
  const [readme, settings] = [await read(join(folderOf(name), 'README.md')), await settingsOf(name)]

  expect(settings.length).toBeGreaterThan(10)
  expect(settings.filter((setting) => !readme.includes(`\`${setting}\``))).toEqual([])
})

describe.each(ours)('%s in docker-compose.yml', (name) => {
  test('is given every setting it reads, and none that it does not', async () => {
    const settings = await settingsOf(name)

    const ofThePlace = ['HOST', 'PORT', 'INTERNAL_PORT']
    expect(Object.keys(environmentOf(name)).sort()).toEqual(settings.filter((setting) => !ofThePlace.includes(setting)).sort())
  })

  test('refuses in production every secret that is written there', async () => {
    const secrets = Object.entries(environmentOf(name)).filter(([, value]) => value.includes('development-'))
    const [program = '', ...args] = services[name]?.command ?? []

    const env = { ...environmentOf(name), ENVIRONMENT: 'production' }
    const run = Bun.spawn([program === 'bun' ? process.execPath : program, ...args], { cwd: root, env, stdout: 'pipe', stderr: 'pipe' })
    const said = (await new Response(run.stdout).text()) + (await new Response(run.stderr).text())

    expect(await run.exited).toBe(1)
    expect(secrets.length).toBeGreaterThan(0)
    for (const [secret] of secrets) expect(said).toContain(`${secret}: `)
    expect(said).not.toContain('development-')
  })
})
