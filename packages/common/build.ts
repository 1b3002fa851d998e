/**
 * Bundles the entry points for Node into `dist/node`, next to the module-for-module output of tsc.
 *
 * Importing forty small files would take most of the time a cold start has. Browsers and bundlers get the small files
 * (condition `default`), of which they drop what is not used.
 */

import { rmSync } from 'node:fs'
import { build } from 'esbuild'

// A file that an earlier build left behind would be published.
rmSync('dist/node', { recursive: true, force: true })

await build({
  entryPoints: ['src/index.ts', 'src/node.ts', 'src/testing.ts'],
  outdir: 'dist/node',
  bundle: true,
  splitting: true,
  chunkNames: 'shared',
  format: 'esm',
  platform: 'node',
  target: 'node22',
})
