/**
 * The ordered operations of every document, and the copies the summarizing part keeps until it has checkpointed.
 *
 * The methods are the ones Fluid's lambdas call on a collection of operations.
 */

import type { Database } from '../host/database.ts'

/** An ordered operation with the document it belongs to. */
export interface SequencedOperation {
  readonly documentId: string
  readonly operation: { readonly sequenceNumber: number }
}

interface Bounds {
  readonly $gt?: number
  readonly $lt?: number
  readonly $lte?: number
}

/** Which operations are meant. */
export interface DeltaQuery {
  readonly documentId: string
  readonly 'operation.sequenceNumber'?: Bounds
}

/** Operations in a table of their own. */
export class DeltaLog<T extends SequencedOperation> {
  readonly #database: Database
  readonly #table: string

  constructor(database: Database, table: 'deltas' | 'scribe_deltas') {
    this.#database = database
    this.#table = table
    database.exec(`CREATE TABLE IF NOT EXISTS ${table} (document TEXT, sequence INTEGER, value TEXT NOT NULL,
      PRIMARY KEY (document, sequence)) STRICT, WITHOUT ROWID`)
  }

  /** Stores operations; one that is there already stays as it is, because the order is decided once. */
  async insertMany(operations: readonly T[]): Promise<void> {
    const sql = `INSERT INTO ${this.#table} VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
    this.#database.transaction(() => {
      for (const each of operations) {
        this.#database.run(sql, each.documentId, each.operation.sequenceNumber, JSON.stringify(each))
      }
    })
  }

  /** Operations in order. */
  async find(query: DeltaQuery): Promise<T[]> {
    const { after, before } = limits(query)
    const where = 'document = ? AND sequence > ? AND sequence < ? ORDER BY sequence'
    const rows = this.#database.all(
      `SELECT value FROM ${this.#table} WHERE ${where}`,
      query.documentId,
      after,
      before,
    )
    return rows.map((row) => JSON.parse(String(row['value'])) as T)
  }

  async deleteMany(query: DeltaQuery): Promise<void> {
    const { after, before } = limits(query)
    const sql = `DELETE FROM ${this.#table} WHERE document = ? AND sequence > ? AND sequence < ?`
    this.#database.run(sql, query.documentId, after, before)
  }

  /** The number of the newest operation, 0 without any. */
  newest(documentId: string): number {
    const sql = `SELECT MAX(sequence) AS newest FROM ${this.#table} WHERE document = ?`
    return Number(this.#database.get(sql, documentId)?.['newest'] ?? 0)
  }
}

function limits(query: DeltaQuery): { after: number; before: number } {
  const { $gt = -1, $lt, $lte } = query['operation.sequenceNumber'] ?? {}
  return { after: $gt, before: $lt ?? ($lte === undefined ? Number.MAX_SAFE_INTEGER : $lte + 1) }
}
