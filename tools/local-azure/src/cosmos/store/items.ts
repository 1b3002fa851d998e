/**
 * The items of the containers.
 *
 * An item is kept as the JSON text a read answers, system properties included. Its sequence number never changes, so
 * that order and resource id survive a replace.
 */

import type { Clock } from '@latchkey/common'
import type { Database, SqlRow, SqlValue } from '../../host/database.ts'
import { conflict } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { assertSize } from '../limits.ts'
import { isConstraintError } from './constraint.ts'
import type { Container } from './container.ts'
import { Expiry, lifetimeOf } from './expiry.ts'
import { RecentItems } from './recent-items.ts'
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
  readonly #recent = new RecentItems()
  #nextSeq = 1

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
    this.#expiry = new Expiry(database, clock)
    const sql =
      'SELECT max(seq) AS last FROM (SELECT max(seq) AS seq FROM items UNION ALL SELECT max(last_seq) FROM containers)'
    this.#nextSeq = Number(database.get(sql)?.['last'] ?? 0) + 1
  }

  /** Deletes what has outlived its time to live; called before anything else is done to a container. */
  purge(container: Container): void {
    const now = this.#expiry.due(container)
    if (now === undefined) return
    for (const seq of this.#remove(container, 'expires <= ?', now)) {
      this.residents.remove(container.number, seq)
    }
    this.#recent.clear()
    this.#expiry.forget(container)
  }

  /** The item, or `undefined`. */
  find(container: Container, key: string, id: string): StoredItem | undefined {
    const sql = 'SELECT * FROM items WHERE container = ? AND id = ? AND key = ?'
    const known = this.#recent.get(container.number, key, id)
    if (known) return known
    const row = this.#database.get(sql, container.number, id, key)
    if (!row) return undefined
    const item = toItem(row)
    this.#recent.put(container.number, item)
    return item
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
    return this.#wrote(container, { seq, key, id, lsn, etag, ts, body }, sealed)
  }

  /** Puts a new value in place of `item`'s; id and partition key stay. Throws 409 for a unique value that is taken. */
  update(container: Container, item: StoredItem, value: JsonObject): StoredItem {
    const { seq, key, id } = item
    const sealed = this.#seal(container, seq, value)
    const { lsn, etag, ts, body, lifetime } = sealed
    const write = (): void => {
      // Without the id, whose index would be written anew.
      const sql = 'UPDATE items SET lsn = ?, etag = ?, ts = ?, ttl = ?, expires = ?, body = ? WHERE seq = ?'
      this.#database.run(sql, lsn, etag, ts, lifetime.ttl, lifetime.expires, body, seq)
      claimUniqueValues(this.#database, container, key, seq, value)
    }
    this.#write(container, write)
    return this.#wrote(container, { seq, key, id, lsn, etag, ts, body }, sealed)
  }

  delete(container: Container, item: StoredItem): void {
    this.#remove(container, 'seq = ?', item.seq)
    this.residents.remove(container.number, item.seq)
    this.#recent.remove(container.number, item.key, item.id)
  }

  /** Deletes every item of a partition key and tells how many there were. */
  deletePartition(container: Container, key: string): number {
    const { length } = this.#remove(container, 'key = ?', key)
    this.forgetContainer(container)
    return length
  }

  /** Runs `work` as one: when it throws, nothing of it has happened. */
  atomically<T>(container: Container, work: () => T): T {
    const { lsn } = container
    try {
      return this.#database.transaction(work)
    } catch (error) {
      container.lsn = lsn
      this.forgetContainer(container)
      throw error
    }
  }

  /** The container's default time to live has changed. */
  defaultLifetimeChanged(container: Container): void {
    this.#expiry.recompute(container)
  }

  /** Forgets what memory holds of a container, which is about to be deleted or has been rolled back. */
  forgetContainer(container: Container): void {
    this.residents.forget(container.number)
    this.#recent.clear()
  }

  /** Forgets what is in memory. */
  forget(): void {
    this.residents.forget()
    this.#recent.clear()
    this.#expiry.forget()
  }

  #seal(container: Container, seq: number, value: JsonObject): Sealed {
    const stamp = createStamp(this.#clock)
    const lifetime = lifetimeOf(container, value, stamp.ts)
    const sealed = seal(container, { seq, lsn: container.lsn + 1, stamp, lifetime }, value)
    assertSize(sealed.body)
    return sealed
  }

  // The one way an item goes. Its numbers stay behind: neither change nor resource id is ever given out again, though after
  // a restart no item shows them any more.
  #remove(container: Container, condition: string, value: SqlValue): number[] {
    const lsn = container.lsn + 1
    const gone = this.#database.transaction(() => {
      const used = 'UPDATE containers SET lsn = ?, last_seq = ? WHERE number = ?'
      this.#database.run(used, lsn, this.#nextSeq - 1, container.number)
      const sql = `DELETE FROM items WHERE container = ? AND ${condition} RETURNING seq`
      return this.#database.all(sql, container.number, value)
    })
    container.lsn = lsn
    return gone.map((row) => Number(row['seq']))
  }

  #write(container: Container, write: () => void): void {
    // One statement is a transaction by itself.
    if (container.definition.uniqueKeys.length === 0) write()
    else this.#database.transaction(write)
  }

  #wrote(container: Container, item: StoredItem, sealed: Sealed): StoredItem {
    container.lsn = sealed.lsn
    this.#expiry.note(container, sealed.lifetime.expires)
    this.#recent.put(container.number, item)
    if (this.residents.has(container.number)) {
      const parsed: ParsedItem = { seq: item.seq, key: item.key, value: JSON.parse(item.body) as JsonObject }
      this.residents.put(container.number, parsed, item.body.length)
    }
    return item
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
