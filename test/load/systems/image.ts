import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the image of all services sets for the Bun that runs them: every Bun that is measured gets it, the floor too. */
export function imageSettings(): Readonly<Record<string, string>> {
  const dockerfile = readFileSync(join(import.meta.dir, '..', '..', '..', 'Dockerfile'), 'utf8')
  const settings = [...dockerfile.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value] as const)
  if (settings.length === 0) throw new Error('the Dockerfile sets nothing that could be read')
  return Object.fromEntries(settings)
}

/** Settings as the command `env` takes them. */
export const settingsOf = (variables: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(variables).map(([name, value]) => `${name}=${value}`)
