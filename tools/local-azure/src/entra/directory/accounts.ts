/**
 * The people of one directory.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import type { Database, SqlRow } from '../../host/database.ts'
import type { Account, AccountChange, DirectoryName, Identity, NewAccount } from './account.ts'
import { hashPassword, isPassword } from './password.ts'

/** A sign-in name or principal name that somebody else has. */
export class AccountConflict extends Error {
  readonly target: 'userPrincipalName' | 'identities'

  constructor(target: 'userPrincipalName' | 'identities') {
    super(`Another account has this ${target}`)
    this.target = target
  }
}

/** How a sign-in by password ended. */
export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly account: Account }
  | { readonly kind: 'unknown' | 'wrong-password' | 'disabled' | 'locked' }

// Smart lockout of Microsoft Entra: ten wrong passwords in a row, a minute at first.
const mostFailures = 10
const lockMs = 60_000

/** The people of one directory. */
export class Accounts {
  readonly directory: DirectoryName
  readonly #database: Database
  readonly #clock: Clock
  readonly #domain: string

  constructor(directory: DirectoryName, database: Database, clock: Clock, domain: string) {
    this.directory = directory
    this.#database = database
    this.#clock = clock
    this.#domain = domain
  }

  /** Everybody, in the order they came. */
  list(limit = -1): readonly Account[] {
    const sql = 'SELECT * FROM users WHERE directory = ? ORDER BY rowid LIMIT ?'
    const rows = this.#database.all(sql, this.directory, limit)
    const identities = limit < 0 ? this.#identitiesOfAll() : undefined
    return rows.map((row) => this.#account(row, identities?.get(String(row['object_id']))))
  }

  /** Everybody with that name, whatever kind of name it is. */
  listBySignInName(name: string): readonly Account[] {
    const sql = 'SELECT DISTINCT object_id FROM identities WHERE directory = ? AND assigned_id = ?'
    const ids = this.#database.all(sql, this.directory, name).map((row) => String(row['object_id']))
    const found = ids.flatMap((id) => this.find(id) ?? [])
    const principal = this.findByPrincipalName(name)
    return !principal || ids.includes(principal.objectId) ? found : [...found, principal]
  }

  find(objectId: string): Account | undefined {
    const row = this.#row(objectId)
    return row && this.#account(row)
  }

  /** The account whose principal name is `name`. */
  findByPrincipalName(name: string): Account | undefined {
    const sql = 'SELECT * FROM users WHERE directory = ? AND user_principal_name = ?'
    const row = this.#database.get(sql, this.directory, name)
    return row && this.#account(row)
  }

  /** The account somebody signs in to as `name`: an e-mail address or a user name. */
  findBySignInName(name: string, issuer?: string): Account | undefined {
    const sql =
      'SELECT object_id, issuer, sign_in_type FROM identities WHERE directory = ? AND assigned_id = ?'
    const rows = this.#database.all(sql, this.directory, name)
    const local = rows.find(
      (row) => row['sign_in_type'] !== 'federated' || (issuer !== undefined && row['issuer'] === issuer),
    )
    return local && this.find(String(local['object_id']))
  }

  /** @throws {@link AccountConflict} */
  create(fields: NewAccount): Account {
    const objectId = fields.objectId ?? randomUUID()
    const now = this.#clock.now()
    return this.#database.transaction(() => {
      const principalName = fields.userPrincipalName ?? `${objectId}@${this.#domain}`
      if (this.findByPrincipalName(principalName)) throw new AccountConflict('userPrincipalName')
      this.#database.run(
        `INSERT INTO users (object_id, directory, user_principal_name, display_name, enabled, password, created_at_ms,
           valid_from_ms, properties, password_changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        objectId,
        this.directory,
        principalName,
        fields.displayName,
        fields.enabled ? 1 : 0,
        fields.password === undefined ? null : hashPassword(fields.password),
        now,
        // Whole seconds, as the times in grants are: a grant of this very second must not count as older.
        Math.floor(now / 1_000) * 1_000,
        JSON.stringify(fields.properties),
        fields.password === undefined ? null : now,
      )
      this.#setIdentities(objectId, fields.identities)
      return this.#mustFind(objectId)
    })
  }

  /** Changes an account; `undefined` when there is none. @throws {@link AccountConflict} */
  update(objectId: string, change: AccountChange): Account | undefined {
    return this.#database.transaction(() => {
      const old = this.find(objectId)
      if (!old) return undefined
      const next = { ...old, ...change }
      const holder = this.findByPrincipalName(next.userPrincipalName)
      if (holder && holder.objectId !== objectId) throw new AccountConflict('userPrincipalName')
      this.#database.run(
        `UPDATE users SET display_name = ?, enabled = ?, valid_from_ms = ?, properties = ?, user_principal_name = ?
           WHERE directory = ? AND object_id = ?`,
        next.displayName,
        next.enabled ? 1 : 0,
        next.validFromMs,
        JSON.stringify(next.properties),
        next.userPrincipalName,
        this.directory,
        objectId,
      )
      if (change.password !== undefined) this.#setPassword(objectId, change.password)
      if (change.identities) this.#setIdentities(objectId, change.identities)
      return this.#mustFind(objectId)
    })
  }

  /** Tells whether there was such an account. */
  delete(objectId: string): boolean {
    const sql = 'DELETE FROM users WHERE directory = ? AND object_id = ?'
    return this.#database.run(sql, this.directory, objectId) > 0
  }

  /** Signs in by name and password, counting wrong ones. */
  signIn(name: string, password: string): SignInOutcome {
    const account = this.findBySignInName(name)
    const row = account && this.#row(account.objectId)
    if (!account || !row) return { kind: 'unknown' }
    const now = this.#clock.now()
    if (Number(row['locked_until_ms']) > now) return { kind: 'locked' }
    if (row['password'] === null || !isPassword(password, String(row['password']))) {
      const failures = Number(row['failures']) + 1
      const lockedUntilMs = failures >= mostFailures ? now + lockMs : 0
      this.#setFailures(account.objectId, lockedUntilMs > 0 ? 0 : failures, lockedUntilMs)
      return { kind: 'wrong-password' }
    }
    if (Number(row['failures']) > 0) this.#setFailures(account.objectId, 0, 0)
    return account.enabled ? { kind: 'signed-in', account } : { kind: 'disabled' }
  }

  #row(objectId: string): SqlRow | undefined {
    const sql = 'SELECT * FROM users WHERE directory = ? AND object_id = ?'
    return this.#database.get(sql, this.directory, objectId)
  }

  #mustFind(objectId: string): Account {
    const account = this.find(objectId)
    if (!account) throw new Error('The account is gone')
    return account
  }

  #setPassword(objectId: string, password: string): void {
    const sql =
      'UPDATE users SET password = ?, password_changed_at_ms = ?, failures = 0, locked_until_ms = 0' +
      ' WHERE directory = ? AND object_id = ?'
    this.#database.run(sql, hashPassword(password), this.#clock.now(), this.directory, objectId)
  }

  #setFailures(objectId: string, failures: number, lockedUntilMs: number): void {
    const sql = 'UPDATE users SET failures = ?, locked_until_ms = ? WHERE directory = ? AND object_id = ?'
    this.#database.run(sql, failures, lockedUntilMs, this.directory, objectId)
  }

  #setIdentities(objectId: string, identities: readonly Identity[]): void {
    this.#database.run(
      'DELETE FROM identities WHERE directory = ? AND object_id = ?',
      this.directory,
      objectId,
    )
    for (const { signInType, issuer, issuerAssignedId } of identities) {
      const taken = this.#database.get(
        'SELECT 1 FROM identities WHERE directory = ? AND assigned_id = ? AND sign_in_type = ?',
        this.directory,
        issuerAssignedId,
        signInType,
      )
      if (taken) throw new AccountConflict('identities')
      const sql = 'INSERT INTO identities VALUES (?, ?, ?, ?, ?)'
      this.#database.run(sql, this.directory, objectId, signInType, issuer, issuerAssignedId)
    }
  }

  /** In one query, since asking for each person would be a query for each person. */
  #identitiesOfAll(): ReadonlyMap<string, Identity[]> {
    const all = new Map<string, Identity[]>()
    const sql = 'SELECT * FROM identities WHERE directory = ? ORDER BY rowid'
    for (const row of this.#database.iterate(sql, this.directory)) {
      const objectId = String(row['object_id'])
      const known = all.get(objectId) ?? []
      known.push(parseIdentity(row))
      all.set(objectId, known)
    }
    return all
  }

  #identitiesOf(objectId: string): readonly Identity[] {
    const sql = 'SELECT * FROM identities WHERE directory = ? AND object_id = ? ORDER BY rowid'
    return this.#database.all(sql, this.directory, objectId).map(parseIdentity)
  }

  #account(row: SqlRow, identities?: readonly Identity[]): Account {
    const objectId = String(row['object_id'])
    return {
      objectId,
      userPrincipalName: String(row['user_principal_name']),
      displayName: String(row['display_name']),
      enabled: row['enabled'] === 1,
      createdAtMs: Number(row['created_at_ms']),
      validFromMs: Number(row['valid_from_ms']),
      passwordChangedAtMs:
        row['password_changed_at_ms'] === null ? null : Number(row['password_changed_at_ms']),
      identities: identities ?? this.#identitiesOf(objectId),
      properties: JSON.parse(String(row['properties'])) as Record<string, unknown>,
    }
  }
}

function parseIdentity(row: SqlRow): Identity {
  return {
    signInType: String(row['sign_in_type']),
    issuer: String(row['issuer']),
    issuerAssignedId: String(row['assigned_id']),
  }
}
