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

const entries = { index: 'src/index.ts', 'store-contract': 'src/store-contract.ts' }

/** Bundles the code into `folder`. */
export async function bundleCode(folder: string): Promise<void> {
  await build({
    entryPoints: entries,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // Imported at the first request, and updated without us.
    external: ['undici'],
  })
}

/** Bundles the declarations into `folder`, with their documentation. */
export async function bundleDeclarations(folder: string): Promise<void> {
  // Every export says its type (isolatedDeclarations), so that no program needs to be checked for this.
  const plugins = [dts({ oxc: true, emitDtsOnly: true })]
  const declarations = await rolldown({ input: entries, external: /^[^./]/, plugins })
  await declarations.write({ dir: folder, chunkFileNames: '[name].js' })
}

if (import.meta.main) {
  // A file that an earlier build left behind would be published.
  await rm('dist', { recursive: true, force: true })
  await bundleCode('dist')
  await bundleDeclarations('dist')
}
