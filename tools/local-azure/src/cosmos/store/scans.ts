/**
 * Reading many items: whole containers, partitions, lists of ids, changes since.
 */

import type { Database, SqlRow } from '../../host/database.ts'
import type { JsonObject } from '../json.ts'
import type { PartitionKeyValue } from '../partition-key.ts'
import type { Container } from './container.ts'
import { type Items, type StoredItem, toItem } from './items.ts'
import type { ParsedItem } from './residents.ts'

/** The reading half of the item store. */
export class Scans {
  readonly #database: Database
  readonly #items: Items

  constructor(database: Database, items: Items) {
    this.#database = database
    this.#items = items
  }

  /** The parsed items under a partition key, or all, in sequence order. */
  *scan(container: Container, key?: PartitionKeyValue): Iterable<ParsedItem> {
    if (!this.#items.residents.has(container.number)) this.#admit(container)
    if (!this.#items.residents.has(container.number)) {
      yield* this.#stream(container, key)
      return
    }
    if (key === undefined || key.components === container.definition.partitionKey.paths.length) {
      yield* this.#items.residents.items(container.number, key?.text)
      return
    }
    const prefix = `${key.text.slice(0, -1)},`
    for (const item of this.#items.residents.items(container.number)) {
      if (item.key.startsWith(prefix)) yield item
    }
  }

  /** The parsed items with one of `ids` under a partition key, or anywhere, in sequence order. */
  lookUp(container: Container, ids: readonly string[], key?: PartitionKeyValue): ParsedItem[] {
    const found: ParsedItem[] = []
    const [from, to] = bounds(container, key)
    const sql = 'SELECT seq, key, body FROM items WHERE container = ? AND id = ? AND key >= ? AND key < ?'
    for (const id of new Set(ids)) {
      for (const row of this.#database.all(sql, container.number, id, from, to)) found.push(parse(row))
    }
    return found.sort((a, b) => a.seq - b.seq)
  }

  /** The stored items after a sequence number, at most `limit`, in sequence order. */
  page(
    container: Container,
    key: PartitionKeyValue | undefined,
    afterSeq: number,
    limit: number,
  ): StoredItem[] {
    const [from, to] = bounds(container, key)
    const sql =
      'SELECT * FROM items WHERE container = ? AND key >= ? AND key < ? AND seq > ? ORDER BY seq LIMIT ?'
    return this.#database.all(sql, container.number, from, to, afterSeq, limit).map(toItem)
  }

  /** The items changed after `lsn`, in the order of their last change. */
  *changes(container: Container, lsn: number, key?: PartitionKeyValue): Iterable<StoredItem> {
    const [from, to] = bounds(container, key)
    const sql = 'SELECT * FROM items WHERE container = ? AND lsn > ? AND key >= ? AND key < ? ORDER BY lsn'
    for (const row of this.#database.iterate(sql, container.number, lsn, from, to)) yield toItem(row)
  }

  #admit(container: Container): void {
    const sql = 'SELECT coalesce(sum(length(body)), 0) AS characters FROM items WHERE container = ?'
    const characters = Number(this.#database.get(sql, container.number)?.['characters'])
    const { residents } = this.#items
    if (residents.fits(characters)) residents.admit(container.number, characters, this.#stream(container))
  }

  *#stream(container: Container, key?: PartitionKeyValue): Iterable<ParsedItem> {
    const [from, to] = bounds(container, key)
    const sql = 'SELECT seq, key, body FROM items WHERE container = ? AND key >= ? AND key < ? ORDER BY seq'
    for (const row of this.#database.iterate(sql, container.number, from, to)) yield parse(row)
  }
}

function parse(row: SqlRow): ParsedItem {
  return {
    seq: Number(row['seq']),
    key: String(row['key']),
    value: JSON.parse(String(row['body'])) as JsonObject,
  }
}

// The texts of the keys under a prefix lie between two texts, because `-` follows `,` in ASCII.
function bounds(container: Container, key: PartitionKeyValue | undefined): [from: string, to: string] {
  if (key === undefined) return ['[', '\\']
  if (key.components === container.definition.partitionKey.paths.length) return [key.text, `${key.text} `]
  const open = key.text.slice(0, -1)
  return [`${open},`, `${open}-`]
}
