/**
 * Databases and containers: held in memory, written through.
 */

import type { Clock } from '@latchkey/common'
import type { Database } from '../../host/database.ts'
import type { ContainerDefinition } from '../container-definition.ts'
import { conflict, notFound } from '../errors.ts'
import { containerRid, databaseRid } from '../resource-id.ts'
import { Container } from './container.ts'
import { createStamp } from './stamp.ts'

/** A database of the account. */
export interface CosmosDatabase {
  readonly number: number
  readonly id: string
  readonly rid: string
  readonly etag: string
  readonly ts: number
}

/** The databases and containers of the account. */
export class Catalog {
  readonly #database: Database
  readonly #clock: Clock
  readonly #databases = new Map<string, CosmosDatabase>()
  readonly #containers = new Map<string, Container>()

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
    this.load()
  }

  /** Reads everything anew from the tables. */
  load(): void {
    this.#databases.clear()
    this.#containers.clear()
    const byNumber = new Map<number, CosmosDatabase>()
    for (const row of this.#database.all('SELECT * FROM databases ORDER BY number')) {
      const database: CosmosDatabase = {
        number: Number(row['number']),
        id: String(row['id']),
        rid: String(row['rid']),
        etag: String(row['etag']),
        ts: Number(row['ts']),
      }
      this.#databases.set(database.id, database)
      byNumber.set(database.number, database)
    }
    const sql = `SELECT *, coalesce((SELECT max(lsn) FROM items WHERE items.container = containers.number), 0) AS last
      FROM containers ORDER BY number`
    for (const row of this.#database.all(sql)) {
      const database = byNumber.get(Number(row['database']))
      if (!database) continue
      const container = new Container({
        number: Number(row['number']),
        database,
        id: String(row['id']),
        rid: String(row['rid']),
        etag: String(row['etag']),
        ts: Number(row['ts']),
        definition: JSON.parse(String(row['definition'])) as ContainerDefinition,
        lsn: Math.max(Number(row['lsn']), Number(row['last'])),
      })
      this.#containers.set(`${database.id}/${container.id}`, container)
    }
  }

  databases(): CosmosDatabase[] {
    return [...this.#databases.values()]
  }

  database(id: string): CosmosDatabase {
    const database = this.#databases.get(id)
    if (!database) throw notFound()
    return database
  }

  createDatabase(id: string): CosmosDatabase {
    if (this.#databases.has(id)) throw conflict()
    const { etag, ts } = createStamp(this.#clock)
    const number = this.#database.transaction(() => {
      const made = this.#insert(
        'INSERT INTO databases (id, rid, etag, ts) VALUES (?, ?, ?, ?)',
        id,
        '',
        etag,
        ts,
      )
      this.#database.run('UPDATE databases SET rid = ? WHERE number = ?', databaseRid(made), made)
      return made
    })
    const database = { number, id, rid: databaseRid(number), etag, ts }
    this.#databases.set(id, database)
    return database
  }

  deleteDatabase(id: string): void {
    const database = this.database(id)
    const containers = this.containers(database)
    this.#database.transaction(() => {
      for (const container of containers) this.#deleteRows(container)
      this.#database.run('DELETE FROM offers WHERE resource = ?', database.rid)
      this.#database.run('DELETE FROM databases WHERE number = ?', database.number)
    })
    this.#databases.delete(id)
    for (const container of containers) this.#containers.delete(`${id}/${container.id}`)
  }

  containers(database: CosmosDatabase): Container[] {
    return [...this.#containers.values()].filter((container) => container.database === database)
  }

  /** The container, or `undefined` when it, or its database, does not exist. */
  findContainer(databaseId: string, id: string): Container | undefined {
    return this.#containers.get(`${databaseId}/${id}`)
  }

  container(databaseId: string, id: string): Container {
    const container = this.#containers.get(`${databaseId}/${id}`)
    if (!container) throw notFound()
    return container
  }

  createContainer(database: CosmosDatabase, id: string, definition: ContainerDefinition): Container {
    if (this.#containers.has(`${database.id}/${id}`)) throw conflict()
    const { etag, ts } = createStamp(this.#clock)
    const text = JSON.stringify(definition)
    const number = this.#database.transaction(() => {
      const sql =
        'INSERT INTO containers (database, id, rid, etag, ts, definition, lsn) VALUES (?, ?, ?, ?, ?, ?, 0)'
      const made = this.#insert(sql, database.number, id, '', etag, ts, text)
      this.#database.run(
        'UPDATE containers SET rid = ? WHERE number = ?',
        containerRid(database.rid, made),
        made,
      )
      return made
    })
    const rid = containerRid(database.rid, number)
    const container = new Container({ number, database, id, rid, etag, ts, definition, lsn: 0 })
    this.#containers.set(`${database.id}/${id}`, container)
    return container
  }

  replaceContainer(container: Container, definition: ContainerDefinition): void {
    const { etag, ts } = createStamp(this.#clock)
    const sql = 'UPDATE containers SET definition = ?, etag = ?, ts = ? WHERE number = ?'
    this.#database.run(sql, JSON.stringify(definition), etag, ts, container.number)
    container.replace(definition, etag, ts)
  }

  deleteContainer(container: Container): void {
    this.#database.transaction(() => this.#deleteRows(container))
    this.#containers.delete(`${container.database.id}/${container.id}`)
  }

  #deleteRows(container: Container): void {
    this.#database.run('DELETE FROM unique_values WHERE container = ?', container.number)
    this.#database.run('DELETE FROM items WHERE container = ?', container.number)
    this.#database.run('DELETE FROM offers WHERE resource = ?', container.rid)
    this.#database.run('DELETE FROM containers WHERE number = ?', container.number)
  }

  #insert(sql: string, ...values: (string | number)[]): number {
    return Number(this.#database.get(`${sql} RETURNING number`, ...values)?.['number'])
  }
}
