/**
 * Bundles each entry point into one file, with what it uses of its dependencies: jsonwebtoken alone is sixty files, and
 * reading them would take most of the time a cold start has. Types stay one file for each source file, made by tsc.
 *
 * What was bundled is listed with its licences in dist/THIRD-PARTY-LICENSES.txt, as those licences ask, and in
 * dist/sbom.cdx.json (CycloneDX 1.6) for scanners: an audit of installed packages cannot see it.
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
  const folders = packageFoldersOf(metafile)
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), folders.map(licenceOf).join('\n'))
  writeFileSync(join(outdir, 'sbom.cdx.json'), `${JSON.stringify(materialsOf(folders), undefined, 2)}\n`)
}

if (import.meta.main) await bundle('dist')

function packageFoldersOf({ inputs }: Metafile): readonly string[] {
  const folders = new Set(Object.keys(inputs).flatMap((input) => packageFolder(input) ?? []))
  return [...folders].sort()
}

function materialsOf(folders: readonly string[]): object {
  const own = manifestIn('.')
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: materialOf(own) },
    components: folders.map((folder) => materialOf(manifestIn(folder))),
  }
}

function materialOf({ name, version, license }: Manifest): object {
  // A purl writes the @ of a scope as %40.
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  return { type: 'library', 'bom-ref': purl, name, version, purl, licenses: [{ license: { id: license } }] }
}

function packageFolder(input: string): string | undefined {
  if (!input.includes('node_modules')) return undefined
  let folder = dirname(input)
  // Some packages hold a package.json without a name, only to tell their module format.
  while (!nameIn(folder)) folder = dirname(folder)
  return folder
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function nameIn(folder: string): string | undefined {
  if (globSync(join(folder, 'package.json')).length === 0) return undefined
  const { name, version } = manifestIn(folder) as Partial<Manifest>
  return name === undefined || version === undefined ? undefined : `${name} ${version}`
}

function licenceOf(folder: string): string {
  const [file] = globSync(`${folder.split(sep).join('/')}/{LICENSE,LICENCE,license}*`)
  if (file === undefined) throw new Error(`${nameIn(folder)} has no licence file`)
  return `${nameIn(folder)}\n\n${readFileSync(file, 'utf8').trim()}\n`
}
