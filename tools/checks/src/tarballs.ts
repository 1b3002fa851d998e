/**
 * Packs the published packages, as `changeset publish` would.
 */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { listPublishedPackages, type PublishedPackage } from './published.ts'

/** A package with the tarball made from it. */
export interface PackedPackage extends PublishedPackage {
  readonly tarball: string
}

/** Packs every published package of the workspace at `root` into `folder`. They must have been built. */
export function packAll(root: string, folder: string): readonly PackedPackage[] {
  return listPublishedPackages(root).map((published) => {
    const tarball = join(folder, `${published.name.replace('@', '').replace('/', '-')}.tgz`)
    execFileSync('pnpm', ['pack', '--out', tarball], {
      cwd: published.folder,
      env: { ...process.env, pnpm_config_verify_deps_before_run: 'false' },
    })
    return { ...published, tarball }
  })
}
