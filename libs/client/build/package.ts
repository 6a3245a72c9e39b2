import { cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { contractTypesText } from './contract-types'

const folder = join(import.meta.dir, '..')

/** What came out of a build. */
export interface Built {
  readonly files: readonly string[]
  /** Of the whole client, as a bundler for the browser would ship it. */
  readonly minifiedBytes: number
  readonly compressedBytes: number
}

/** Writes the package as it is published into `dist`: one ES module, its declarations, and a package.json that names them. */
export async function buildPackage(dist: string): Promise<Built> {
  await rm(dist, { recursive: true, force: true })
  await mkdir(dist, { recursive: true })
  const entry = join(folder, 'src', 'index.ts')
  const built = await Bun.build({ entrypoints: [entry], outdir: dist, target: 'browser', format: 'esm', sourcemap: 'linked' })
  if (!built.success) throw new AggregateError(built.logs, 'the bundle could not be made')
  await declare(dist)
  await describe(dist)
  const minified = await Bun.build({ entrypoints: [entry], target: 'browser', format: 'esm', minify: true })
  const text = (await minified.outputs[0]?.text()) ?? ''
  const files = [...new Bun.Glob('**/*').scanSync(dist)].sort()
  return { files, minifiedBytes: Buffer.byteLength(text), compressedBytes: Bun.gzipSync(Buffer.from(text), { level: 9 }).byteLength }
}

/** Declarations of the sources, and those of the contracts written out. */
async function declare(dist: string): Promise<void> {
  const tsc = Bun.spawn([process.execPath, 'x', 'tsc', '-p', join(folder, 'build', 'tsconfig.json'), '--outDir', join(dist, 'types')], {
    cwd: folder,
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const said = await new Response(tsc.stdout).text()
  if ((await tsc.exited) !== 0) throw new Error(`the declarations could not be made:\n${said}`)
  const types = join(dist, 'types')
  await Bun.write(join(types, 'contract-types.d.ts'), contractTypesText())
  for (const file of new Bun.Glob('**/*.d.ts').scanSync(types)) {
    const path = join(types, file)
    await Bun.write(path, named(await Bun.file(path).text()))
  }
}

/** A declaration whose neighbours are called by their whole names, without which TypeScript finds none where it resolves as Node does. */
function named(declaration: string): string {
  return declaration.replaceAll(/(\bfrom |\bimport\()(['"])(\.[^'"]*)\2/g, '$1$2$3.js$2')
}

async function describe(dist: string): Promise<void> {
  const { name, version, description, license, type, sideEffects, engines } = await Bun.file(join(folder, 'package.json')).json()
  const exports = { '.': { types: './types/index.d.ts', default: './index.js' } }
  const files = ['index.js', 'index.js.map', 'types']
  const manifest = {
    name,
    version,
    description,
    license,
    type,
    sideEffects,
    engines,
    exports,
    types: './types/index.d.ts',
    files,
    publishConfig: { access: 'public' },
  }
  await Bun.write(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await Bun.write(join(dist, 'README.md'), forReaders(await Bun.file(join(folder, 'README.md')).text()))
  await cp(join(folder, '..', '..', 'LICENSE'), join(dist, 'LICENSE'))
}

/** What is for those who use the package; the rest is about sources, which are not in it. */
function forReaders(readme: string): string {
  return `${readme.split('\n## Working on it\n')[0]?.trimEnd()}\n`
}
