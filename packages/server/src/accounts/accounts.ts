/**
 * The accounts people sign in with, and the groups that are their roles.
 */

import type { Subject } from '../person.ts'

/** An account. */
export interface Account {
  /** The person's id. */
  readonly id: string
  readonly email?: string
  readonly displayName: string
  readonly enabled: boolean
  readonly userType?: string
  readonly country?: string
  readonly streetAddress?: string
  readonly passwordPolicies?: string
  /** When the password was last changed, or sign-ins were last revoked; absent where that is not known. */
  readonly signInsValidFromMs?: number
  /** Known where accounts are kept by us and not by a directory. */
  readonly subject?: Subject
}

/** An account with the names of the groups it is in. */
export interface AccountWithGroups {
  readonly account: Account
  readonly groups: readonly string[]
}

/** What an account is made from. */
export interface NewAccount {
  readonly email: string
  readonly displayName: string
  /** Random, and kept by nobody. */
  readonly password: string
}

/** A page of accounts. */
export interface AccountPage {
  readonly accounts: readonly Account[]
  /** What to ask the next page with; absent at the end. */
  readonly next?: string
}

/** The accounts. Every method may reject with `ERR_SERVER_UPSTREAM` or `ERR_SERVER_THROTTLED`. */
export interface Accounts {
  /**
   * One call upstream.
   *
   * @param options.patienceMs - How long to wait for an account that must exist but may not be visible yet.
   */
  load(id: string, options?: { readonly patienceMs?: number }): Promise<AccountWithGroups | undefined>
  /** @throws `ERR_SERVER_INPUT` when the address stands for several accounts. */
  findByEmail(email: string): Promise<Account | undefined>
  /** @throws `ERR_SERVER_ACCOUNT_EXISTS` when the address is taken. */
  create(account: NewAccount): Promise<Account>
  list(options: { readonly pageSize: number; readonly next?: string }): Promise<AccountPage>
  /** @param options.beforeRemoval - Disabled only because it is about to be removed. */
  setEnabled(id: string, enabled: boolean, options?: { readonly beforeRemoval?: boolean }): Promise<void>
  /**
   * Deletes the account; an unknown one counts as deleted. Where sign-in creates accounts, one that was disabled for
   * another reason stays disabled when its person signs in again.
   */
  remove(id: string): Promise<void>
  /** Revokes the sign-ins and tokens that the directory itself has issued. */
  endSignIns(id: string): Promise<void>
  hasGroup(role: string): Promise<boolean>
  /** Adding a member twice is adding it once. */
  addToGroup(id: string, role: string): Promise<void>
  /** Removing somebody who is not a member changes nothing. */
  removeFromGroup(id: string, role: string): Promise<void>
  /** Creates an account at the first sign-in, where no directory does; otherwise returns the existing one. */
  provision?(identity: {
    readonly id: string
    readonly subject: Subject
    readonly name: string
    readonly email?: string
  }): Promise<AccountWithGroups>
  /** The enabled members of a group, at most `most` of them. */
  membersOf(role: string, most: number): Promise<readonly string[]>
}
