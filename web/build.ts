import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type BuildOutput, gzipSync } from 'bun'
import { documentOf } from './document'
import { pageFolder } from './folder'

/** What lies in the folder of the page, as its `page.json` says. */
export interface PageManifest {
  /** Files of `assets/`. One that is also there compressed, as `<name>.gz`, says how large that is. */
  readonly assets: Readonly<Record<string, { readonly bytes: number; readonly gzipBytes: number | null }>>
  /** The scripts that a visitor of a room loads, before the video chooses its player. */
  readonly firstLoad: readonly string[]
}

const here = import.meta.dir
const assets = join(pageFolder, 'assets')
const manifestPath = join(pageFolder, 'page.json')
const entries = { script: join(here, 'src/main.tsx'), style: join(here, 'src/style/main.css') }
const icon = join(here, 'src/icon.svg')
const madeFrom = ['src', '../libs/client/src', 'build.ts', 'document.ts', 'package.json', '../bun.lock'].map((path) => join(here, path))
/** Only loaded once somebody is in a room, and by everybody who is. */
const controls = /(^|\/)web\/src\/player\/controls\.ts$|^src\/player\/controls\.ts$/
/** A page of an earlier build may still be open somewhere, or be served by a process that began before. */
const oldAssetsMs = 24 * 60 * 60 * 1000

/** Builds the page if it is missing or older than what it is made from. Says whether it did. */
export async function ensurePage(): Promise<boolean> {
  if (existsSync(manifestPath) && newest(madeFrom) <= statSync(manifestPath).mtimeMs) return false
  await buildPage()
  return true
}

/** Builds the page into `dist`. What is served of an earlier build meanwhile stays whole. */
export async function buildPage(): Promise<PageManifest> {
  const built = await Bun.build({
    entrypoints: Object.values(entries),
    root: here,
    target: 'browser',
    splitting: true,
    minify: true,
    naming: { entry: '[name]-[hash].[ext]', chunk: '[name]-[hash].[ext]' },
    jsx: { runtime: 'automatic', importSource: 'preact', development: false },
    metafile: true,
    throw: true,
  })
  mkdirSync(assets, { recursive: true })
  const kept: Record<string, PageManifest['assets'][string]> = {}
  const keep = (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const compressed = gzipSync(bytes, { level: 9 })
    put(join(assets, name), bytes)
    put(join(assets, `${name}.gz`), compressed)
    kept[name] = { bytes: bytes.length, gzipBytes: compressed.length }
    return name
  }
  for (const output of built.outputs) keep(basename(output.path), new Uint8Array(await output.arrayBuffer()))
  const iconBytes = new Uint8Array(readFileSync(icon))
  const iconName = keep(`icon-${Bun.hash(iconBytes).toString(36)}.svg`, iconBytes)

  const { script, style, first } = graphOf(built)
  const firstLoad = [script, ...first]
  put(join(pageFolder, 'index.html'), new TextEncoder().encode(documentOf({ script, style, icon: iconName, preload: first })))
  const manifest: PageManifest = { assets: kept, firstLoad }
  put(manifestPath, new TextEncoder().encode(JSON.stringify(manifest)))
  sweep(kept)
  return manifest
}

/** Which of the outputs are the page's own script and style, and what a room loads besides. */
function graphOf({ metafile, outputs }: BuildOutput): {
  readonly script: string
  readonly style: string
  readonly first: readonly string[]
} {
  const chunks = new Map(Object.entries(metafile?.outputs ?? {}).map(([path, chunk]) => [basename(path), chunk]))
  const script = [...chunks].find(([, { entryPoint }]) => entryPoint?.endsWith('src/main.tsx'))?.[0]
  const style = outputs.map(({ path }) => basename(path)).find((name) => name.endsWith('.css'))
  const ofControls = [...chunks].find(([, { entryPoint }]) => entryPoint !== undefined && controls.test(entryPoint))?.[0]
  if (script === undefined || style === undefined || ofControls === undefined) throw new Error('The page lacks a part it is made of.')
  const found = new Set<string>()
  const follow = (name: string) => {
    if (found.has(name)) return
    found.add(name)
    for (const { path, kind } of chunks.get(name)?.imports ?? []) if (kind === 'import-statement') follow(basename(path))
  }
  follow(script)
  follow(ofControls)
  found.delete(script)
  return { script, style, first: [...found] }
}

/** Writes the file whole: who reads it meanwhile gets the old one or the new one. */
function put(path: string, bytes: Uint8Array): void {
  const unfinished = `${path}.${process.pid}`
  writeFileSync(unfinished, bytes)
  renameSync(unfinished, path)
}

function sweep(kept: PageManifest['assets']): void {
  for (const name of readdirSync(assets)) {
    const path = join(assets, name)
    if (!(name.replace(/\.gz$/, '') in kept) && Date.now() - statSync(path).mtimeMs > oldAssetsMs) rmSync(path, { force: true })
  }
}

/** When the latest change was, in Unix milliseconds, of all files at and below the paths. */
function newest(paths: readonly string[]): number {
  return Math.max(
    0,
    ...paths.map((path) => {
      const found = statSync(path)
      return found.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : found.mtimeMs
    }),
  )
}

if (import.meta.main) {
  const { firstLoad, assets: all } = await buildPage()
  const bytes = firstLoad.reduce((sum, name) => sum + (all[name]?.gzipBytes ?? 0), 0)
  process.stdout.write(`The page is in ${pageFolder}; its first load is ${(bytes / 1000).toFixed(0)} kB of JavaScript, compressed.\n`)
}
