/**
 * The ports to storage. The memory and the Cosmos stores implement them alike.
 */

import type { Accounts } from '../accounts/accounts.ts'
import type { RoleChangeStore } from '../accounts/role-change-store.ts'
import type { GrantedPermission } from '../resource-tokens/reconcile.ts'
import type { RolePermission, WantedPermission } from '../resource-tokens/wanted-permissions.ts'
import type { SessionStore } from '../sessions/session-store.ts'

/** Cosmos users and their permissions, which is where resource tokens come from. */
export interface PermissionStore {
  /** Where clients reach the data. */
  readonly endpoint: string
  readonly database: string
  /** Returns a Cosmos user's permissions with fresh tokens, in one call; `undefined` for an unknown user. */
  read(user: string, lifetimeSeconds: number): Promise<readonly GrantedPermission[] | undefined>
  createUser(user: string): Promise<void>
  /** Returns `undefined`, and does nothing, when the user or the container does not exist. */
  put(user: string, wanted: WantedPermission, lifetimeSeconds: number): Promise<GrantedPermission | undefined>
  /** Removing what is not there changes nothing. */
  remove(user: string, container: string): Promise<void>
  removeUser(user: string): Promise<void>
  /** The names of every Cosmos user that begin with `prefix`. One that was made a moment ago may be missing. */
  usersWith(prefix: string): Promise<readonly string[]>
  /** The containers of the app's database; none while the database does not exist. */
  containers(): Promise<readonly string[]>
}

/** What somebody who replaces every rule wrote down before doing it, so that the same call can be made again. */
export interface RulesClaim {
  /** The mark that the rules were to be replaced at. */
  readonly from: string
  /** A digest of what they were to be replaced by. */
  readonly wanted: string
  /** In epoch milliseconds. */
  readonly atMs: number
}

/** Where a rule is stored: rows may have been made by hand, with any id, and with the role in any case. */
export interface RuleRow {
  readonly id: string
  /** As it is spelt in the row, which is the row's partition. */
  readonly role: string
}

/** Every rule. */
export interface StoredRules {
  /** One for each role and table. */
  readonly rules: readonly RolePermission[]
  /** The rows of each rule by its `ruleKey`, the one that counts first. */
  readonly rows: ReadonlyMap<string, readonly RuleRow[]>
  /** Changes when any rule does, and with every claim. */
  readonly etag: string
  /** What a claim is made on; absent before the first. */
  readonly version: string | undefined
  /** The present claim; absent when single rules have been changed since. */
  readonly claim: RulesClaim | undefined
}

/** The rules for how roles may use tables. */
export interface RolePermissionStore {
  /** Every rule, with a version that changes when any of them does. */
  all(): Promise<StoredRules>
  /** The same, including everything that any process wrote before this call, at the cost of one write. */
  latest(): Promise<StoredRules>
  /** Claims a version, so that later claims of it fail; returns whether this call is the first. */
  claim(version: string | undefined, claim: RulesClaim): Promise<boolean>
  /** Ends the present claim, before single rules are changed. */
  endClaim(): Promise<void>
  /** Writes a rule to the first of its rows and removes the others; creates a row if there is none. */
  put(rule: RolePermission, rows: readonly RuleRow[]): Promise<void>
  /** Removing what is not there changes nothing. */
  remove(rows: readonly RuleRow[]): Promise<void>
}

/** A row of the app's User table. */
export interface UserRow {
  readonly id: string
  readonly email: string
  readonly partition: string
  readonly [column: string]: unknown
}

/** The app's own rows about people. */
export interface UserRows {
  read(id: string): Promise<UserRow | undefined>
  /** @param email - In lower case, as rows are written. @throws `ERR_SERVER_INPUT` when it stands for several people. */
  findByEmail(email: string): Promise<UserRow | undefined>
  /** Writes the row if there is none. */
  createIfAbsent(row: UserRow): Promise<void>
  /** Merges `changes` into the person's row. */
  update(id: string, changes: Readonly<Record<string, string>>): Promise<UserRow | undefined>
  /** Deletes every row of the person's own partition, in every table. */
  removeAllOf(id: string): Promise<void>
}

/** The events on record; a table in docs/security.md lists the event of each act. */
export type AuditAction =
  | 'sign-in'
  | 'sign-in-failed'
  | 'refresh-failed'
  | 'refresh-reuse'
  | 'sessions-revoked'
  | 'account-created'
  | 'account-mended'
  | 'account-enabled'
  | 'account-disabled'
  | 'account-deleted'
  | 'role-changed'
  | 'role-permissions-changed'
  | 'admin-read'
  | 'access-refused'
  | 'key-used'
  | 'key-refused'

/**
 * One event: who did what to whom, when, from where, and with which outcome. It holds no network address, e-mail address
 * or key: only ids of authenticated people, and pseudonyms (`hmac-…`).
 */
export interface AuditEvent {
  /** A UUID that sorts by the instant. */
  readonly id: string
  readonly action: AuditAction
  /** The person it is about; a pseudonym if the person is unknown; `-` when it is about no person. */
  readonly subject: string
  /** The person who did it; the function key's pseudonym if that was the only proof; or `-`. */
  readonly actor: string
  /** The pseudonym of the network it came from, or `-` when that is not known. */
  readonly client: string
  /** In UTC, as an ISO text. */
  readonly at: string
  readonly outcome: 'allowed' | 'refused' | 'failed'
  /** Made by the server for each call; `-` for a sum of events. */
  readonly correlationId: string
  /** The id that the caller gave the call, if any: theirs to choose, at most 64 of `A-Z a-z 0-9 -`. */
  readonly callerCorrelationId?: string
  readonly details: Readonly<Record<string, string>>
}

/** An append-only record: no event can be changed or removed. */
export interface AuditStore {
  append(event: AuditEvent): Promise<void>
  /**
   * Newest first.
   *
   * @throws `ERR_SERVER_INPUT` for a `next` that no list has returned.
   */
  list(options: {
    readonly subject?: string
    readonly pageSize: number
    readonly next?: string
  }): Promise<{ readonly events: readonly AuditEvent[]; readonly next?: string }>
}

/** Everything a server keeps. */
export interface Stores {
  readonly sessions: SessionStore
  readonly permissions: PermissionStore
  readonly rolePermissions: RolePermissionStore
  readonly roleChanges: RoleChangeStore
  readonly users: UserRows
  readonly audit: AuditStore
  /** For providers without a directory. */
  readonly accounts?: Accounts
  /** Checks whether the storage answers. */
  ping(): Promise<void>
}
