/**
 * The users of this resource.
 *
 * A deleted user is remembered as deleted, so that a test can count what a faulted client left behind.
 */

import { randomUUID } from 'node:crypto'
import type { SqlRow } from '../host/database.ts'
import type { ServiceHost } from '../host/service.ts'

/** A user. */
export interface Identity {
  /** The raw id, for example `8:acs:{resource}_{guid}`. */
  readonly id: string
  readonly customId: string | undefined
  readonly createdAtMs: number
  readonly lastTokenIssuedAtMs: number | undefined
  readonly deletedAtMs: number | undefined
}

/** Keeps users. */
export class Identities {
  readonly #host: ServiceHost
  readonly #resourceId: string

  constructor(host: ServiceHost, resourceId: string) {
    this.#host = host
    this.#resourceId = resourceId
    host.database.exec(`
      CREATE TABLE IF NOT EXISTS identities (
        id TEXT PRIMARY KEY, custom_id TEXT, created_ms INTEGER NOT NULL,
        last_token_ms INTEGER, deleted_ms INTEGER
      ) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS identities_by_custom_id
        ON identities (custom_id) WHERE deleted_ms IS NULL AND custom_id IS NOT NULL;
    `)
  }

  /** Makes a user, or answers the one that already has `customId`. */
  create(customId?: string): { readonly identity: Identity; readonly created: boolean } {
    return this.#createAs(`8:acs:${this.#resourceId}_${randomUUID()}`, customId)
  }

  /** Makes the user with exactly this id, or answers the one there is. */
  ensure(id: string): Identity {
    return this.find(id) ?? this.#createAs(id, undefined).identity
  }

  /** The user called `id`, unless unknown or deleted. */
  find(id: string): Identity | undefined {
    return this.#first('SELECT * FROM identities WHERE id = ? AND deleted_ms IS NULL', id)
  }

  /** Notes that a token was issued. */
  noteToken(id: string): void {
    this.#host.database.run(
      'UPDATE identities SET last_token_ms = ? WHERE id = ?',
      this.#host.clock.now(),
      id,
    )
  }

  /** Deletes a user. */
  delete(id: string): void {
    this.#host.database.run('UPDATE identities SET deleted_ms = ? WHERE id = ?', this.#host.clock.now(), id)
  }

  /** Every user there is or was, oldest first. */
  list(): readonly Identity[] {
    return this.#host.database.all('SELECT * FROM identities ORDER BY created_ms, rowid').map(readIdentity)
  }

  /** Forgets every user. */
  reset(): void {
    this.#host.database.run('DELETE FROM identities')
  }

  #createAs(id: string, customId: string | undefined): { identity: Identity; created: boolean } {
    const now = this.#host.clock.now()
    const sql = `INSERT INTO identities VALUES (?, ?, ?, NULL, NULL)
      ON CONFLICT (id) DO UPDATE SET deleted_ms = NULL, created_ms = excluded.created_ms`
    const existing = customId === undefined ? undefined : this.#byCustomId(customId)
    if (existing) return { identity: existing, created: false }
    this.#host.database.run(sql, id, customId ?? null, now)
    const identity = {
      id,
      customId,
      createdAtMs: now,
      lastTokenIssuedAtMs: undefined,
      deletedAtMs: undefined,
    }
    return { identity, created: true }
  }

  #byCustomId(customId: string): Identity | undefined {
    return this.#first('SELECT * FROM identities WHERE custom_id = ? AND deleted_ms IS NULL', customId)
  }

  #first(sql: string, value: string): Identity | undefined {
    const row = this.#host.database.get(sql, value)
    return row && readIdentity(row)
  }
}

function readIdentity(row: SqlRow): Identity {
  return {
    id: String(row['id']),
    customId: row['custom_id'] === null ? undefined : String(row['custom_id']),
    createdAtMs: Number(row['created_ms']),
    lastTokenIssuedAtMs: row['last_token_ms'] === null ? undefined : Number(row['last_token_ms']),
    deletedAtMs: row['deleted_ms'] === null ? undefined : Number(row['deleted_ms']),
  }
}
