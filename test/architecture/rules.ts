import { homes, layers } from './layers'
import { codeOf, type Import, importsBlindly, importsOf, isTestCode, type Sources } from './source'

/** Looks at the sources and says, a sentence each, what is against the rule. */
export type Rule = (sources: Sources) => readonly string[]

/** Each file of a service imports only what its layer may; a file in no layer is one too many. */
export const layersHold: Rule = (sources) =>
  [...sources].flatMap(([path, text]) => {
    if (!/^services\/[^/]+\/src\/.*\.ts$/.test(path) || isTestCode(path) || path.endsWith('.d.ts')) return []
    const layer = layers.find(({ files }) => files.test(path))
    if (!layer) return [`${path} is in no layer`]
    const src = path.slice(0, path.indexOf('/src/') + '/src/'.length)
    return importsOf(path, text)
      .filter(({ target, isRelative }) => !isRelative || target.startsWith(src))
      .map(({ target, isRelative }) => (isRelative ? target.replace(src, './') : target))
      .filter((target) => !layer.mayImport.test(target))
      .map((target) => `${path} (${layer.name}) imports ${target}`)
  })

/** Relative imports stay in their package: another package is imported by its name, which its `exports` can refuse. */
export const packagesAreClosed: Rule = eachImport((path, { target, isRelative }) => {
  const own = /^(services|libs)\/[^/]+\/|^(gateway|test|web)\//.exec(path)?.[0]
  return isRelative && own !== undefined && !target.startsWith(own) ? 'leaves its package with' : undefined
})

const parts = /^@matinee\/(auth|rooms|sync|gateway)(\/|$)/

/** Services and the gateway do not import each other, and no library imports them: only `standalone.ts` puts them together. */
export const partsAreApart: Rule = eachImport((path, { target }) =>
  parts.test(target) && path !== 'standalone.ts' && !path.startsWith('test/') ? 'is not standalone.ts, yet imports' : undefined,
)

/** The libraries that everybody builds on build on next to nothing. */
export const foundationsAreSmall: Rule = eachImport((path, { target, isRelative }) => {
  if (isRelative || isTestCode(path)) return undefined
  if (path.startsWith('libs/contracts/')) return target === 'zod' ? undefined : 'may import zod only, yet imports'
  if (path.startsWith('libs/kernel/'))
    return /^(zod|@matinee\/contracts(\/.+)?)$/.test(target) ? undefined : 'may import contracts and zod only, yet imports'
  return undefined
})

/** A library with an outside is known in one place. */
export const librariesAreAtHome: Rule = eachImport((path, { target }) => {
  if (isTestCode(path)) return undefined
  return homes.some(({ library, home }) => library.test(target) && !home.test(path)) ? 'is not the place for' : undefined
})

/** What runs in production does not lean on what serves tests. */
export const testsAreLeaves: Rule = eachImport((path, { target, isRelative }) => {
  if (isTestCode(path)) return undefined
  return target === 'bun:test' || /^@matinee\/test(\/|$)/.test(target) || (isRelative && isTestCode(`${target}.ts`))
    ? 'is no test, yet imports'
    : undefined
})

/** Every import names its target, so that these rules see it. */
export const importsAreVisible: Rule = (sources) =>
  [...sources]
    .filter(([path, text]) => !path.endsWith('.lua') && importsBlindly(text))
    .map(([path]) => `${path} imports something computed`)

const ambient =
  /\b(Date\.now|new Date\(\)|Math\.random|crypto\b|performance\b|process\b|Bun\b|setTimeout|setInterval|setImmediate|queueMicrotask|fetch\(|console\b)/g

/** The domain is given the instant and the chance it decides with, and does nothing but decide. */
export const domainIsPure: Rule = (sources) =>
  [...sources]
    .filter(([path]) => path.includes('/src/domain/') && !isTestCode(path))
    .flatMap(([path, text]) => [...codeOf(text).matchAll(ambient)].map(([found]) => `${path} uses ${found}`))

/** Configuration is read in one place a program. */
export const environmentIsReadOnce: Rule = (sources) =>
  uses(sources, /\b(process\.env|Bun\.env|import\.meta\.env)\b|\benv\b[^=\n]*\}\s*=\s*process\b/, (path) =>
    /(^|\/)main\.ts$|^standalone\.ts$|^tools\//.test(path),
  )

/** A log is a port; nobody writes beside it. */
export const nobodyWritesToTheConsole: Rule = (sources) => uses(sources, /\bconsole\s*\./, (path) => /^standalone\.ts$|^tools\//.test(path))

const linesAtMost = 300
const linesOfTestsAtMost = 350

/** A file holds one idea. */
export const filesAreShort: Rule = (sources) =>
  [...sources].flatMap(([path, text]) => {
    const lines = text.trimEnd().split('\n').length
    return lines > (isTestCode(path) ? linesOfTestsAtMost : linesAtMost) ? [`${path} has ${lines} lines`] : []
  })

function eachImport(mistake: (path: string, found: Import) => string | undefined): Rule {
  return (sources) =>
    [...sources].flatMap(([path, text]) =>
      importsOf(path, text).flatMap((found) => {
        const says = mistake(path, found)
        return says === undefined ? [] : [`${path} ${says} ${found.target}`]
      }),
    )
}

function uses(sources: Sources, pattern: RegExp, isAllowed: (path: string) => boolean): readonly string[] {
  return [...sources].flatMap(([path, text]) => {
    const found = isTestCode(path) || isAllowed(path) ? undefined : pattern.exec(codeOf(text))?.[0]
    return found === undefined ? [] : [`${path} uses ${found}`]
  })
}
