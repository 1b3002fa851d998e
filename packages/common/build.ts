/**
 * Bundles each entry point into one file of code, and one of declarations.
 *
 * Importing forty small files would take most of the time a cold start has, and already a second file is noticed; so each
 * entry is one file of its own, and on the disk forty blocks are saved. Errors of two copies recognise each other by a
 * registered symbol. The code for browsers does nothing at import, so that their bundlers drop what is not used.
 */

import { rm } from 'node:fs/promises'
import { type BuildOptions, build } from 'esbuild'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

const entries = { index: 'src/index.ts', node: 'src/node.ts', testing: 'src/testing.ts' }

/** Bundles the code into `folder`: `index.js` for browsers and edge runtimes, `index-node.js` for Node. */
export async function bundleCode(folder: string): Promise<void> {
  const { index, ...others } = entries
  const shared = { outdir: folder, bundle: true, format: 'esm' } satisfies BuildOptions
  await build({ ...shared, entryPoints: { index }, platform: 'neutral', target: 'es2022' })
  const entryPoints = { 'index-node': index, ...others }
  await build({ ...shared, entryPoints, platform: 'node', target: 'node22' })
}

/** Bundles the declarations into `folder`, with their documentation. */
export async function bundleDeclarations(folder: string): Promise<void> {
  // Every export says its type (isolatedDeclarations), so that no program needs to be checked for this.
  const plugins = [dts({ oxc: true, emitDtsOnly: true })]
  const declarations = await rolldown({ input: entries, external: /^(?:node:|#)/, plugins })
  await declarations.write({ dir: folder, chunkFileNames: '[name].js' })
}

if (import.meta.main) {
  // A file that an earlier build left behind would be published.
  await rm('dist', { recursive: true, force: true })
  await bundleCode('dist')
  await bundleDeclarations('dist')
}
