/**
 * Bundles the entry points for Node into `dist/node`, next to the module-for-module output of tsc.
 *
 * Importing forty small files would take most of the time a cold start has, and already a second file is noticed; so each
 * entry is one file of its own. Errors of two copies recognise each other by a registered symbol. Browsers and bundlers
 * get the small files (condition `default`), of which they drop what is not used.
 */

import { rmSync } from 'node:fs'
import { build } from 'esbuild'

// A file that an earlier build left behind would be published.
rmSync('dist/node', { recursive: true, force: true })

await build({
  entryPoints: ['src/index.ts', 'src/node.ts', 'src/testing.ts'],
  outdir: 'dist/node',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
})
