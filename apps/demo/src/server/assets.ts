/**
 * The built page, read into memory once.
 *
 * A request can only name a file that was there at start, so no path can lead out of the folder.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { getMimeType } from 'hono/utils/mime'

/** One file of the page. */
export interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly contentType: string
}

/** Reads every file under `folder`; keys are URL paths such as `/assets/index.js`. */
export async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const assets = await Promise.all(
    files.map(async (file): Promise<[string, Asset]> => {
      const path = `/${relative(folder, file).split(sep).join('/')}`
      const bytes = new Uint8Array(await readFile(file))
      return [path, { bytes, contentType: getMimeType(file) ?? 'application/octet-stream' }]
    }),
  )
  return new Map(assets)
}
