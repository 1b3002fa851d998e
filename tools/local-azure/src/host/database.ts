/**
 * The one place that touches node:sqlite.
 *
 * One file for each service, in WAL mode: an acknowledged write survives kill -9. Statements are prepared once.
 */

import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'

/** A value a statement takes. */
export type SqlValue = SQLInputValue
/** A row a statement answers. */
export type SqlRow = Record<string, SQLOutputValue>

/** A database of one service. */
export class Database {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #depth = 0

  /** Opens `path`, or memory for `:memory:`. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
  }

  /** Runs one or more statements without parameters. */
  exec(sql: string): void {
    this.#database.exec(sql)
  }

  /** Runs a statement and tells how many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  /** The first row, or `undefined`. */
  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.#statement(sql).get(...values)
  }

  /** Every row. */
  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#statement(sql).all(...values)
  }

  /** Row after row, without holding them all. */
  iterate(sql: string, ...values: SqlValue[]): IterableIterator<SqlRow> {
    return this.#statement(sql).iterate(...values)
  }

  /** Runs `work` as one transaction; an inner transaction is a savepoint of the outer one. */
  transaction<T>(work: () => T): T {
    const depth = this.#depth
    const name = `level${depth}`
    this.#database.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${name}`)
    this.#depth = depth + 1
    try {
      const result = work()
      this.#database.exec(depth === 0 ? 'COMMIT' : `RELEASE ${name}`)
      return result
    } catch (error) {
      // A full disk can have rolled all of it back already.
      if (this.inTransaction)
        this.#database.exec(depth === 0 ? 'ROLLBACK' : `ROLLBACK TO ${name}; RELEASE ${name}`)
      throw error
    } finally {
      this.#depth = depth
    }
  }

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  close(): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
