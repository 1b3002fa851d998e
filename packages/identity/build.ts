/**
 * Bundles each entry point into one file of code, with what it uses of `@latchkey/common`, and one of declarations.
 *
 * Importing fifty small files would take most of the time a cold start has, and on the disk each takes a block. Errors of
 * both copies of common recognise each other by a registered symbol, so that `isLatchkeyError` holds.
 */

import { rm } from 'node:fs/promises'
import { build } from 'esbuild'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

const input = { index: 'src/index.ts', 'store-contract': 'src/store-contract.ts' }

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: input,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Imported at the first request, and updated without us.
  external: ['undici'],
})

// Every export says its type (isolatedDeclarations), so that no program needs to be checked for this.
const declarations = await rolldown({
  input,
  external: /^[^./]/,
  plugins: [dts({ oxc: true, emitDtsOnly: true })],
})
await declarations.write({ dir: 'dist', chunkFileNames: '[name].js' })
