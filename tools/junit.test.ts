import { expect, test } from 'bun:test'
import { countTests } from './junit'

const report = (cases: string) =>
  `<testsuites name="bun test"><testsuite name="a.test.ts" file="a.test.ts">${cases}</testsuite></testsuites>`
const passing = '<testcase name="holds" file="a.test.ts" />'

test('a test that passed is a test that passed', () => {
  const counts = countTests(report(passing + passing), ['a.test.ts'])

  expect(counts).toEqual({ passed: 2, failed: 0, silentFiles: [] })
})

test.each(['<failure type="AssertionError" message="1 &lt; 2"></failure>', '<failure type="TimeoutError" />', '<skipped />'])(
  'a test with %s has failed',
  (outcome) => {
    const counts = countTests(report(`${passing}<testcase name="does not">${outcome}</testcase>`), ['a.test.ts'])

    expect(counts).toEqual({ passed: 1, failed: 1, silentFiles: [] })
  },
)

test('a file without a report has failed', () => {
  const counts = countTests(report(passing), ['a.test.ts', 'libs/b.test.ts'])

  expect(counts).toEqual({ passed: 1, failed: 1, silentFiles: ['libs/b.test.ts'] })
})

test('a run that left no report has failed once for each of its files', () => {
  const counts = countTests('', ['a.test.ts', 'b.test.ts'])

  expect(counts.failed).toBe(2)
})
