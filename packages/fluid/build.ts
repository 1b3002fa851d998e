/**
 * Bundles each entry point into one file, with what it uses of its dependencies: jsonwebtoken alone is sixty files, and
 * reading them would take most of the time a cold start has. Types stay one file for each source file, made by tsc.
 *
 * What was bundled is listed with its licences in dist/THIRD-PARTY-LICENSES.txt, as those licences ask.
 */

import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'

const shared = { bundle: true, format: 'esm', metafile: true, legalComments: 'none' } as const

// While it loads, jsonwebtoken asks semver whether Node is at least 6.12, 15.7 and 16.9. Ours is at least 22.19, and reading
// the answer out of semver takes longer than everything else a cold start does.
const withoutSemver: Plugin = {
  name: 'without-semver',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^semver$/ }, ({ path }) => ({ path, namespace: 'without-semver' }))
    onLoad({ filter: /^/, namespace: 'without-semver' }, () => ({
      contents: 'exports.satisfies = () => true',
    }))
  },
}

/** Bundles both entry points into a folder. */
export async function bundle(outdir: string): Promise<void> {
  await build({ ...shared, outdir, entryPoints: ['src/provider.ts'], platform: 'browser', target: 'es2022' })
  const { metafile } = await build({
    ...{ ...shared, outdir, entryPoints: ['src/index.ts'] },
    platform: 'node',
    target: 'node22',
    plugins: [withoutSemver],
    // jsonwebtoken asks for crypto, stream and util in the old way; whoever bundles this again must not be confused by it.
    banner: { js: 'const require = (name) => process.getBuiltinModule(name);' },
  })
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licencesOf(metafile))
}

if (import.meta.main) await bundle('dist')

function licencesOf({ inputs }: Metafile): string {
  const folders = new Set(Object.keys(inputs).flatMap((input) => packageFolder(input) ?? []))
  return [...folders].sort().map(licenceOf).join('\n')
}

function packageFolder(input: string): string | undefined {
  if (!input.includes('node_modules')) return undefined
  let folder = dirname(input)
  // Some packages hold a package.json without a name, only to tell their module format.
  while (!nameIn(folder)) folder = dirname(folder)
  return folder
}

function nameIn(folder: string): string | undefined {
  if (globSync(join(folder, 'package.json')).length === 0) return undefined
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  return typeof name === 'string' && typeof version === 'string' ? `${name} ${version}` : undefined
}

function licenceOf(folder: string): string {
  const [file] = globSync(`${folder.split(sep).join('/')}/{LICENSE,LICENCE,license}*`)
  if (file === undefined) throw new Error(`${nameIn(folder)} has no licence file`)
  return `${nameIn(folder)}\n\n${readFileSync(file, 'utf8').trim()}\n`
}
