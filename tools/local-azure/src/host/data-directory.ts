/**
 * The folder a local Azure keeps its state in.
 *
 * A marker file says what the folder is and in which format (rule E8): a folder that holds something else is refused, so
 * that a wrong `--data` destroys nothing. The lock is one of the operating system, held through SQLite: it ends with the
 * process, however that ends.
 */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { LatchkeyError } from '@latchkey/common'
import { Database } from './database.ts'
import type { HostErrorCode } from './errors.ts'

/** Stands in everything that must never reach production; the package checks search bundles for it. */
export const marker = 'EMULATOR-NOT-FOR-PRODUCTION'
/** The format this version writes and reads. */
export const formatVersion = 1

const markerFile = 'latchkey.json'
const processFile = 'process.json'

/** Where databases are opened. */
export interface DataDirectory {
  /** Opens the database called `name`. */
  open(name: string): Database
  /** Writes a file whole, or not at all; nothing in memory. */
  write(file: string, text: string): void
  /** Closes every database, then gives up the lock. */
  close(): void
}

/**
 * Opens the folder at `path`, making it when it is missing, or memory for false.
 *
 * @throws LatchkeyError `ERR_LOCAL_AZURE_FOREIGN_FOLDER` when the folder holds something else;
 *   `ERR_LOCAL_AZURE_FORMAT` when a newer version wrote it; `ERR_LOCAL_AZURE_IN_USE` when another process has it open.
 */
export function openDataDirectory(path: string | false): DataDirectory {
  const databases: Database[] = []
  const open = (file: string): Database => {
    const database = new Database(file)
    databases.push(database)
    return database
  }
  const closeAll = (): void => {
    for (const database of databases.reverse()) database.close()
  }
  if (path === false) return { open: () => open(':memory:'), write: () => undefined, close: closeAll }
  mark(path)
  databases.push(lock(path))
  writeWhole(join(path, processFile), JSON.stringify({ pid: process.pid }))
  return {
    open: (name) => open(join(path, `${name}.sqlite`)),
    write: (file, text) => writeWhole(join(path, file), text),
    close: closeAll,
  }
}

/**
 * Removes the folder at `path`; does nothing when there is none.
 *
 * @throws LatchkeyError as {@link openDataDirectory}; a folder of another format is removed all the same.
 */
export function removeDataDirectory(path: string): void {
  if (!existsSync(path)) return
  if (readFormat(join(path, markerFile)) === undefined) {
    throw refuse('ERR_LOCAL_AZURE_FOREIGN_FOLDER', `${path} holds something that is not a local Azure`)
  }
  lock(path).close()
  rmSync(path, { recursive: true })
}

function mark(path: string): void {
  mkdirSync(path, { recursive: true })
  const file = join(path, markerFile)
  if (!existsSync(file)) {
    if (readdirSync(path).length > 0) {
      throw refuse('ERR_LOCAL_AZURE_FOREIGN_FOLDER', `${path} holds something that is not a local Azure`)
    }
    // Keys are in here: for the owner only, and never in a commit.
    chmodSync(path, 0o700)
    writeWhole(join(path, '.gitignore'), '*\n')
    writeWhole(file, `${JSON.stringify({ emulator: true, marker, format: formatVersion }, null, 2)}\n`)
  }
  const format = readFormat(file)
  if (format === undefined) {
    throw refuse('ERR_LOCAL_AZURE_FOREIGN_FOLDER', `${file} is not a mark of local Azure`)
  }
  if (format !== formatVersion) {
    const message = `${path} has format ${format}, this version reads ${formatVersion}: "latchkey-azure reset" begins anew`
    throw refuse('ERR_LOCAL_AZURE_FORMAT', message)
  }
}

function readFormat(file: string): number | undefined {
  const fields = readJson(file)
  const format = fields['format']
  return fields['marker'] === marker && typeof format === 'number' ? format : undefined
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}

function lock(path: string): Database {
  let database: Database | undefined
  try {
    database = new Database(join(path, 'lock.sqlite'))
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (cause) {
    database?.close()
    const message = `${path} is in use by ${holderOf(path)}. Stop that one, or start with --memory or --data DIR`
    throw refuse('ERR_LOCAL_AZURE_IN_USE', message, cause)
  }
}

/** Which local Azure has the folder, as far as it has said so. */
function holderOf(path: string): string {
  const { pid } = readJson(join(path, processFile))
  const { dashboard } = readJson(join(path, 'endpoints.json'))
  const url: unknown = Reflect.get(Object(dashboard), 'url')
  const where = typeof url === 'string' ? ` at ${url}` : ''
  return `another local Azure${where}${typeof pid === 'number' ? ` (process ${pid})` : ''}`
}

function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.new`
  writeFileSync(temporary, text, { mode: 0o600, flush: true })
  renameSync(temporary, file)
}

function refuse(code: HostErrorCode, message: string, cause?: unknown): LatchkeyError<HostErrorCode> {
  return new LatchkeyError(message, { code, cause })
}
