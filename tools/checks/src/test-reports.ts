/**
 * Adds up the JSON reports that vitest leaves in each package.
 */

import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** How many tests of one package ended how. */
export interface TestCounts {
  readonly folder: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly numFailedTestSuites: number
}

/** Reads every report under `root`. A suite that could not even start counts as one failed test. */
export function readTestReports(root: string): readonly TestCounts[] {
  return globSync('{packages,apps,tools}/*/.reports/test.json', { cwd: root })
    .toSorted()
    .map((path) => {
      const report = JSON.parse(readFileSync(join(root, path), 'utf8')) as Report
      return {
        folder: dirname(dirname(path)),
        passed: report.numPassedTests,
        failed: report.numFailedTests === 0 && report.numFailedTestSuites > 0 ? 1 : report.numFailedTests,
        skipped: report.numPendingTests + report.numTodoTests,
      }
    })
}

/** The closing summary: a line for each package, and the sum alone on the last line. */
export function formatTestSummary(counts: readonly TestCounts[]): string {
  const rows = counts.map(
    ({ folder, passed, failed, skipped }) =>
      `${folder.padEnd(24)} ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  )
  const sum = (pick: (count: TestCounts) => number): number =>
    counts.reduce((total, count) => total + pick(count), 0)
  const skipped = sum((count) => count.skipped)
  const total = `${sum((count) => count.passed)} passed, ${sum((count) => count.failed)} failed`
  return [...rows, '', skipped > 0 ? `${total}, ${skipped} skipped` : total].join('\n')
}
