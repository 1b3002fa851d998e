/**
 * The one vitest configuration, re-exported by every package.
 *
 * The JSON report is what `pnpm test` adds up at the end; the limits are for a loaded two-core machine, since no test
 * here waits for time to pass.
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/long/**', '**/node_modules/**'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: '.reports/test.json' }]],
    allowOnly: false,
  },
})
