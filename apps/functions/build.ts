/**
 * Bundles the app into one file: a cold start reads one file instead of hundreds, and no workspace link is deployed.
 */

import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
const dist = join(here, 'dist')

await rm(dist, { recursive: true, force: true })
await mkdir(dist)
await build({
  entryPoints: [join(here, 'src/main.ts')],
  outfile: join(dist, 'main.js'),
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  // Not minified: loading is no slower, and when start-up fails Node prints the line it failed on.
  legalComments: 'linked',
  // Inside the worker only.
  external: ['@azure/functions-core'],
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
  },
})
await cp(join(here, 'host.json'), join(dist, 'host.json'))
// What the host needs to know: where the code is. No dependencies, so nothing is installed on deployment.
const manifest = { name: 'latchkey-functions', version: '0.0.0', type: 'module', main: 'main.js' }
await writeFile(join(dist, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
