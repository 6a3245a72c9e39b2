/** What a run of `bun test` did. */
export interface TestCounts {
  readonly passed: number
  readonly failed: number
}

/**
 * Counts the tests in a JUnit report of `bun test`. A skipped test counts as failed, because it proves nothing; so does
 * each of `files` that the report does not name: it broke before its first test, or has none.
 */
export function countTests(report: string, files: readonly string[]): TestCounts & { readonly silentFiles: readonly string[] } {
  // Bun escapes `<` in names and messages, so that a tag is a tag.
  const cases = report.split('<testcase ').slice(1)
  const unproven = cases.filter((testcase) => /<(failure|error|skipped)\b/.test(testcase)).length
  const heard = new Set([...report.matchAll(/<testsuite [^>]*\bfile="([^"]+)"/g)].map(([, file = '']) => file.replace(/^\.\//, '')))
  const silentFiles = files.filter((file) => !heard.has(file))
  return { passed: cases.length - unproven, failed: unproven + silentFiles.length, silentFiles }
}
