/**
 * Bundles each entry point into one file, with what it uses of `@latchkey/common`: importing fifty small files would take
 * most of the time a cold start has. Types stay one file for each source file, made by tsc.
 *
 * Errors of both copies of common recognise each other by a registered symbol, so that `isLatchkeyError` holds.
 */

import { rm } from 'node:fs/promises'
import { build } from 'esbuild'

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: ['src/index.ts', 'src/store-contract.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Imported at the first request, and updated without us.
  external: ['undici'],
})
