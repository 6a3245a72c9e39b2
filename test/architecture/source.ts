import { dirname, join, normalize } from 'node:path'
import { Glob } from 'bun'

/** Program text by path from the root of the repository. */
export type Sources = ReadonlyMap<string, string>

/** One import, static or dynamic, of values or of types. */
export interface Import {
  /** A path from the root, without extension, when the import is relative; otherwise the name as written. */
  readonly target: string
  readonly isRelative: boolean
}

// The architecture test quotes code that is against the rules.
const notLookedAt = /(^|\/)(node_modules|data|dist|coverage|migrations)\/|^test\/architecture\.test\.ts$/

/** Reads all program text of the repository. */
export async function readSources(root: string): Promise<Sources> {
  const found = [...new Glob('**/*.{ts,tsx,mts,js,mjs,lua}').scanSync(root)].filter((path) => !notLookedAt.test(path)).sort()
  return new Map(await Promise.all(found.map(async (path) => [path, await Bun.file(join(root, path)).text()] as const)))
}

/** Whether the file serves tests only. */
export const isTestCode = (path: string): boolean =>
  /^test\//.test(path) || /\.(test|contract|bench|fixtures?)\.ts$/.test(path) || /\/contract\//.test(path) || /-setup\.ts$/.test(path)

/** What the file imports, wherever in it. */
export function importsOf(path: string, text: string): readonly Import[] {
  const code = codeOf(text)
  const found = [...code.matchAll(fromClause), ...code.matchAll(sideEffect), ...code.matchAll(dynamic)]
  return found.map(({ groups: { name = '' } = {} }) => {
    if (!name.startsWith('.')) return { target: name, isRelative: false }
    return { target: normalize(join(dirname(path), name)).replace(/\.(ts|js)$/, ''), isRelative: true }
  })
}

const fromClause = /\b(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(?<name>[^'"]+)\1/g
const sideEffect = /(?:^|[\n;])\s*import\s*(['"])(?<name>[^'"]+)\1/g
const dynamic = /\b(?:import|require)\s*\(\s*(['"`])(?<name>[^'"`$]+)\1/g

/** Whether the file has an import whose target is computed, which no rule can see through. */
export const importsBlindly = (text: string): boolean =>
  /\b(?:import|require)\s*\(\s*(?!['"]|`[^`$]*`|\))/.test(codeOf(text).replaceAll(/\bimport\.meta\b/g, ''))

/** The text without its comments; strings stay as they are. */
export function codeOf(text: string): string {
  return text.replaceAll(stringOrComment, (found) => (found.startsWith('/') ? ' ' : found))
}

// A string is matched so that what looks like a comment in it, such as an address, is left alone.
const stringOrComment = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?<!\\)\/\/[^\n]*/g
