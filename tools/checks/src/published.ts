/**
 * The packages of this workspace that are published, read from their package.json files.
 */

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A package that goes to the registry. */
export interface PublishedPackage {
  readonly name: string
  readonly folder: string
  /** The subpaths it exports, `.` first. */
  readonly subpaths: readonly string[]
  /** What it works with when it is there: names and ranges. */
  readonly peers: Readonly<Record<string, string>>
  /** The declarations of each subpath: `common`, `common-node` and so on, with the file as published. */
  readonly declarations: readonly { readonly name: string; readonly types: string }[]
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, { readonly types: string }>> }
}

/** Every package under `root` that is not private. */
export function listPublishedPackages(root: string): readonly PublishedPackage[] {
  return globSync('{packages,apps,tools}/*/package.json', { cwd: root })
    .toSorted()
    .map((path) => ({ path, manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ path, manifest }) => ({
      name: manifest.name,
      folder: join(root, dirname(path)),
      subpaths: Object.keys(manifest.publishConfig?.exports ?? {}),
      peers: manifest.peerDependencies ?? {},
      declarations: Object.entries(manifest.publishConfig?.exports ?? {}).map(([subpath, { types }]) => ({
        name: `${basename(dirname(path))}${subpath.slice(1).replaceAll('/', '-')}`,
        types,
      })),
    }))
}
