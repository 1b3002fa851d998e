/**
 * The items of the containers.
 *
 * An item is kept as the JSON text a read answers, system properties included. Its sequence number never changes, so
 * that order and resource id survive a replace.
 */

import type { Clock } from '@latchkey/common'
import type { Database, SqlRow } from '../../host/database.ts'
import { conflict } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { assertItemSize } from '../limits.ts'
import { isConstraintError } from './constraint.ts'
import type { Container } from './container.ts'
import { Expiry, lifetimeOf } from './expiry.ts'
import { type ParsedItem, Residents } from './residents.ts'
import { type Sealed, seal } from './sealed-item.ts'
import { createStamp } from './stamp.ts'
import { claimUniqueValues } from './unique-values.ts'

/** An item as stored. */
export interface StoredItem {
  readonly seq: number
  readonly key: string
  readonly id: string
  readonly lsn: number
  readonly etag: string
  readonly ts: number
  /** The JSON text, system properties included. */
  readonly body: string
}

/** The items of all containers. */
export class Items {
  readonly residents: Residents = new Residents()
  readonly #database: Database
  readonly #clock: Clock
  readonly #expiry: Expiry
  #nextSeq = 1

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
    this.#expiry = new Expiry(database, clock)
    this.#nextSeq = Number(database.get('SELECT max(seq) AS last FROM items')?.['last'] ?? 0) + 1
  }

  /** Deletes what has outlived its time to live; called before anything else is done to a container. */
  purge(container: Container): void {
    for (const seq of this.#expiry.purge(container)) this.residents.remove(container.number, seq)
  }

  /** The item, or `undefined`. */
  find(container: Container, key: string, id: string): StoredItem | undefined {
    const sql = 'SELECT * FROM items WHERE container = ? AND id = ? AND key = ?'
    const row = this.#database.get(sql, container.number, id, key)
    return row && toItem(row)
  }

  /** Adds an item. Throws 409 when its id is taken within the partition key. */
  insert(container: Container, key: string, id: string, value: JsonObject): StoredItem {
    const seq = this.#nextSeq
    const sealed = this.#seal(container, seq, value)
    const { lsn, etag, ts, body, lifetime } = sealed
    const write = (): void => {
      const sql =
        'INSERT INTO items (seq, container, key, id, lsn, etag, ts, ttl, expires, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
      try {
        this.#database.run(
          sql,
          seq,
          container.number,
          key,
          id,
          lsn,
          etag,
          ts,
          lifetime.ttl,
          lifetime.expires,
          body,
        )
      } catch (error) {
        throw isConstraintError(error) ? conflict() : error
      }
      claimUniqueValues(this.#database, container, key, seq, value)
    }
    this.#write(container, write)
    this.#nextSeq = seq + 1
    this.#wrote(container, key, sealed)
    return { seq, key, id, lsn, etag, ts, body }
  }

  /** Puts a new value in place of `item`'s; the partition key stays. Throws 409. */
  update(container: Container, item: StoredItem, id: string, value: JsonObject): StoredItem {
    const sealed = this.#seal(container, item.seq, value)
    const { lsn, etag, ts, body, lifetime } = sealed
    const write = (): void => {
      const sql =
        'UPDATE items SET id = ?, lsn = ?, etag = ?, ts = ?, ttl = ?, expires = ?, body = ? WHERE seq = ?'
      try {
        this.#database.run(sql, id, lsn, etag, ts, lifetime.ttl, lifetime.expires, body, item.seq)
      } catch (error) {
        throw isConstraintError(error) ? conflict() : error
      }
      claimUniqueValues(this.#database, container, item.key, item.seq, value)
    }
    this.#write(container, write)
    this.#wrote(container, item.key, sealed)
    return { seq: item.seq, key: item.key, id, lsn, etag, ts, body }
  }

  delete(container: Container, item: StoredItem): void {
    const lsn = container.lsn + 1
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM items WHERE seq = ?', item.seq)
      // The number must not be given out again after a restart, though no item shows it any more.
      this.#database.run('UPDATE containers SET lsn = ? WHERE number = ?', lsn, container.number)
    })
    container.lsn = lsn
    this.residents.remove(container.number, item.seq)
  }

  /** Deletes every item of a partition key and tells how many there were. */
  deletePartition(container: Container, key: string): number {
    const lsn = container.lsn + 1
    const count = this.#database.transaction(() => {
      this.#database.run('UPDATE containers SET lsn = ? WHERE number = ?', lsn, container.number)
      return this.#database.run('DELETE FROM items WHERE container = ? AND key = ?', container.number, key)
    })
    container.lsn = lsn
    this.residents.forget(container.number)
    return count
  }

  /** Runs `work` as one: when it throws, nothing of it has happened. */
  atomically<T>(container: Container, work: () => T): T {
    const { lsn } = container
    try {
      return this.#database.transaction(work)
    } catch (error) {
      container.lsn = lsn
      this.residents.forget(container.number)
      throw error
    }
  }

  /** The container's default time to live has changed. */
  defaultLifetimeChanged(container: Container): void {
    this.#expiry.recompute(container)
  }

  /** The container is about to be deleted. */
  forgetContainer(container: Container): void {
    this.residents.forget(container.number)
  }

  /** Forgets what is in memory. */
  forget(): void {
    this.residents.forget()
    this.#expiry.forget()
  }

  #seal(container: Container, seq: number, value: JsonObject): Sealed {
    const stamp = createStamp(this.#clock)
    const lifetime = lifetimeOf(container, value, stamp.ts)
    const sealed = seal(container, { seq, lsn: container.lsn + 1, stamp, lifetime }, value)
    assertItemSize(sealed.body)
    return sealed
  }

  #write(container: Container, write: () => void): void {
    // One statement is a transaction by itself.
    if (container.definition.uniqueKeys.length === 0) write()
    else this.#database.transaction(write)
  }

  #wrote(container: Container, key: string, sealed: Sealed): void {
    container.lsn = sealed.lsn
    this.#expiry.note(container, sealed.lifetime.expires)
    if (!this.residents.has(container.number)) return
    const item: ParsedItem = { seq: sealed.seq, key, value: JSON.parse(sealed.body) as JsonObject }
    this.residents.put(container.number, item, sealed.body.length)
  }
}

/** A row as an item. */
export function toItem(row: SqlRow): StoredItem {
  return {
    seq: Number(row['seq']),
    key: String(row['key']),
    id: String(row['id']),
    lsn: Number(row['lsn']),
    etag: String(row['etag']),
    ts: Number(row['ts']),
    body: String(row['body']),
  }
}
