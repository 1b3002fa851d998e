/**
 * The keys and ids of one local Azure: made at random the first time they are asked for, and kept.
 *
 * Every key begins with the head that production refuses (`isLocalKey` of common); every id is a GUID.
 */

import { randomBytes, randomUUID } from 'node:crypto'
import { localKeyHead } from '@latchkey/common'
import type { Database } from './database.ts'

/** Keys and ids by name. */
export class LocalKeys {
  readonly #database: Database
  // Nobody else writes here: the data folder is locked.
  readonly #known = new Map<string, string>()

  constructor(database: Database) {
    this.#database = database
    database.exec('CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT')
  }

  /** The key called `name`: 64 bytes in base64, the first 12 of them the recognisable head. */
  key(name: string): string {
    return this.#getOrMake(`key:${name}`, makeKey)
  }

  /** The key called `name` in base64url, for keys that people put into a URL by hand. */
  urlKey(name: string): string {
    return this.#getOrMake(`url-key:${name}`, makeUrlKey)
  }

  /** Replaces the key called `name` and answers the new one. */
  regenerate(name: string): string {
    const value = makeKey()
    const sql = 'INSERT INTO keys VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'
    this.#database.run(sql, `key:${name}`, value)
    this.#known.set(`key:${name}`, value)
    return value
  }

  /** The GUID called `name`. */
  id(name: string): string {
    return this.#getOrMake(`id:${name}`, randomUUID)
  }

  #getOrMake(name: string, make: () => string): string {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    this.#database.run('INSERT INTO keys VALUES (?, ?) ON CONFLICT (name) DO NOTHING', name, make())
    const value = String(this.#database.get('SELECT value FROM keys WHERE name = ?', name)?.['value'])
    this.#known.set(name, value)
    return value
  }
}

function makeUrlKey(): string {
  return localKeyHead + randomBytes(39).toString('base64url')
}

function makeKey(): string {
  return localKeyHead + randomBytes(52).toString('base64')
}
