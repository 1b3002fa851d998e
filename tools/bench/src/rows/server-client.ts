/**
 * What a page downloads for `@latchkey/server/client`.
 */

import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { BenchRow } from '../row.ts'

export const row: BenchRow = {
  name: 'server-client',
  title: 'esbuild for browsers, minified, gzip -9',
  peers: {},
  promises: [{ text: 'at most 4 kB', holds: ([figure]) => (figure?.value ?? Number.NaN) <= 4_000 }],
  run: async () => {
    const { outputFiles } = await build({
      stdin: { contents: "export * from '@latchkey/server/client'", resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      platform: 'browser',
    })
    const value = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
    return [{ subject: 'latchkey', metric: 'client', value, unit: 'B' }]
  },
}
