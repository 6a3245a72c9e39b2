import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dieWithUs } from './processes'

/** A new, empty, private folder that is removed when the test process ends. */
export function tempFolder(name = 'data'): string {
  const folder = mkdtempSync(join(tmpdir(), `matinee-test-${name}-`))
  dieWithUs.remove(folder)
  return folder
}
