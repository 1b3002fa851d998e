/**
 * The users of a database and their permissions.
 */

import type { Clock } from '@latchkey/common'
import type { Database, SqlRow } from '../../host/database.ts'
import { conflict, notFound } from '../errors.ts'
import { createChildRids, userRid } from '../resource-id.ts'
import type { CosmosDatabase } from './catalog.ts'
import { isConstraintError } from './constraint.ts'
import { createStamp } from './stamp.ts'

/** A user of a database. */
export interface CosmosUser {
  readonly number: number
  readonly id: string
  readonly rid: string
  readonly etag: string
  readonly ts: number
}

/** What a permission says. */
export interface PermissionGrant {
  readonly id: string
  /** As the client wrote it: `read` or `all` in any case. */
  readonly mode: string
  /** `dbs/{database}/colls/{container}`, or an item under it. */
  readonly resource: string
  /** The JSON text of `resourcePartitionKey`. */
  readonly key: string | null
}

/** A permission of a user. */
export interface CosmosPermission extends PermissionGrant {
  readonly number: number
  readonly rid: string
  readonly etag: string
  readonly ts: number
}

/** Users and permissions. */
export class Users {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  list(database: CosmosDatabase): CosmosUser[] {
    return this.#database
      .all('SELECT * FROM users WHERE database = ? ORDER BY number', database.number)
      .map(toUser)
  }

  find(database: CosmosDatabase, id: string): CosmosUser | undefined {
    const row = this.#database.get('SELECT * FROM users WHERE database = ? AND id = ?', database.number, id)
    return row && toUser(row)
  }

  get(database: CosmosDatabase, id: string): CosmosUser {
    const user = this.find(database, id)
    if (!user) throw notFound()
    return user
  }

  create(database: CosmosDatabase, id: string): CosmosUser {
    const { etag, ts } = createStamp(this.#clock)
    return this.#refuseTwice(() => {
      const sql = 'INSERT INTO users (database, id, rid, etag, ts) VALUES (?, ?, ?, ?, ?) RETURNING number'
      const number = Number(this.#database.get(sql, database.number, id, '', etag, ts)?.['number'])
      const rid = userRid(database.rid, number)
      this.#database.run('UPDATE users SET rid = ? WHERE number = ?', rid, number)
      return { number, id, rid, etag, ts }
    })
  }

  /** Renames a user. */
  replace(user: CosmosUser, id: string): CosmosUser {
    const { etag, ts } = createStamp(this.#clock)
    return this.#refuseTwice(() => {
      this.#database.run(
        'UPDATE users SET id = ?, etag = ?, ts = ? WHERE number = ?',
        id,
        etag,
        ts,
        user.number,
      )
      return { ...user, id, etag, ts }
    })
  }

  /** Deletes a user with its permissions. Tokens already handed out live on until they expire. */
  delete(user: CosmosUser): void {
    this.#database.run('DELETE FROM users WHERE number = ?', user.number)
  }

  permissions(user: CosmosUser): CosmosPermission[] {
    const sql = 'SELECT * FROM permissions WHERE user = ? ORDER BY number'
    return this.#database.all(sql, user.number).map(toPermission)
  }

  findPermission(user: CosmosUser, id: string): CosmosPermission | undefined {
    const row = this.#database.get('SELECT * FROM permissions WHERE user = ? AND id = ?', user.number, id)
    return row && toPermission(row)
  }

  /** Adds a permission. Throws 409 when the id is taken, or the user has one on this resource already. */
  createPermission(user: CosmosUser, grant: PermissionGrant): CosmosPermission {
    const { etag, ts } = createStamp(this.#clock)
    const { id, mode, resource, key } = grant
    return this.#refuseTwice(() => {
      const sql = `INSERT INTO permissions (user, id, mode, resource, key, rid, etag, ts) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number`
      const row = this.#database.get(sql, user.number, id, mode, resource, key, '', etag, ts)
      const number = Number(row?.['number'])
      const rid = createChildRids(user.rid)(number)
      this.#database.run('UPDATE permissions SET rid = ? WHERE number = ?', rid, number)
      return { number, rid, etag, ts, id, mode, resource, key }
    })
  }

  replacePermission(permission: CosmosPermission, grant: PermissionGrant): CosmosPermission {
    const { etag, ts } = createStamp(this.#clock)
    const { id, mode, resource, key } = grant
    return this.#refuseTwice(() => {
      const sql =
        'UPDATE permissions SET id = ?, mode = ?, resource = ?, key = ?, etag = ?, ts = ? WHERE number = ?'
      this.#database.run(sql, id, mode, resource, key, etag, ts, permission.number)
      return { ...permission, id, mode, resource, key, etag, ts }
    })
  }

  deletePermission(permission: CosmosPermission): void {
    this.#database.run('DELETE FROM permissions WHERE number = ?', permission.number)
  }

  #refuseTwice<T>(write: () => T): T {
    try {
      return this.#database.transaction(write)
    } catch (error) {
      throw isConstraintError(error) ? conflict() : error
    }
  }
}

function toUser(row: SqlRow): CosmosUser {
  return {
    number: Number(row['number']),
    id: String(row['id']),
    rid: String(row['rid']),
    etag: String(row['etag']),
    ts: Number(row['ts']),
  }
}

function toPermission(row: SqlRow): CosmosPermission {
  return {
    ...toUser(row),
    mode: String(row['mode']),
    resource: String(row['resource']),
    key: typeof row['key'] === 'string' ? row['key'] : null,
  }
}
