/**
 * Resource tokens: what a person, or nobody, may open in Cosmos DB for a while.
 *
 * The part a role shares is kept by this process until four fifths of its life, which use never postpones; the part a
 * person has alone is one read of that person's permissions. What exists but should not is deleted, what should exist
 * but does not is made.
 *
 * A person has a Cosmos user for each role, made once the role is confirmed and deleted when it ends. So the one read
 * tells, too, whether the person is still in the role, also where that role gives them nothing alone.
 */

import { type Clock, isLatchkeyError } from '@latchkey/common'
import { serverError } from '../errors.ts'
import { guestRole, isObjectId } from '../person.ts'
import { PerishableCache } from '../single-flight.ts'
import type { PermissionStore, RolePermissionStore } from '../stores/stores.ts'
import { comparePermissions, type GrantedPermission } from './reconcile.ts'
import {
  cosmosUserOf,
  type RolePermission,
  type WantedPermission,
  wantedForPerson,
  wantedForRole,
} from './wanted-permissions.ts'

/** A permission with the moment its token ends. */
export interface IssuedPermission extends GrantedPermission {
  readonly expiresOn: Date
}

/** What somebody may open. */
export interface IssuedResourceTokens {
  readonly endpoint: string
  readonly database: string
  readonly role: string
  /** The earliest end of any of the tokens. */
  readonly expiresOn: Date
  readonly permissions: readonly IssuedPermission[]
}

/** What was done to make permissions fit the rules. */
export interface ReconcileReport {
  readonly created: number
  readonly updated: number
  readonly deleted: number
  readonly unchanged: number
  readonly failed: number
}

/** Every rule, and the containers they can be about. */
export interface RolePolicy {
  readonly rules: readonly RolePermission[]
  readonly containers: readonly string[]
}

/** Issues resource tokens and keeps permissions in step with the rules. */
export interface ResourceTokens {
  /**
   * @param person - Absent: what guests may open. `confirm` rejects when the person is gone or in another role, and is
   *   asked only where something is made for them or taken from them.
   */
  issue(person?: {
    readonly id: string
    readonly role: string
    readonly confirm?: () => Promise<void>
  }): Promise<IssuedResourceTokens>
  /**
   * Takes from a person what every other role gave them.
   *
   * @param lately - The roles the person may have had a moment ago.
   */
  keepRole(id: string, role: string, lately: readonly string[]): Promise<void>
  /** Makes a role's shared permissions fit the rules, which the caller has just read or written. */
  reconcileRole(role: string, policy: RolePolicy): Promise<ReconcileReport>
  /** The same, without changing anything. */
  previewRole(role: string, policy: RolePolicy): Promise<ReconcileReport>
  /** Takes everything in Cosmos from a person. */
  removePerson(id: string): Promise<void>
  containers(): Promise<readonly string[]>
}

export interface ResourceTokensOptions {
  readonly permissions: PermissionStore
  readonly rolePermissions: RolePermissionStore
  readonly lifetimeSeconds: number
  /** Every role a person can have. */
  readonly roles: readonly string[]
  readonly clock: Clock
}

const maxRounds = 10

interface RolePart extends RolePolicy {
  readonly shared: readonly IssuedPermission[]
}

/** Makes the issuer of resource tokens. */
export function createResourceTokens(options: ResourceTokensOptions): ResourceTokens {
  const { permissions, rolePermissions, lifetimeSeconds, roles, clock } = options
  const roleParts = new PerishableCache<RolePart>(clock, 100)

  /** Issues a Cosmos user's permissions, mending what differs from what is wanted; a person's with `confirm`. */
  const fit = async (user: string, wanted: readonly WantedPermission[], confirm?: () => Promise<void>) => {
    // Reckoned before the call, so that no token is said to live longer than it does.
    const expiresOn = new Date(clock.now() + lifetimeSeconds * 1000)
    const stored = await permissions.read(user, lifetimeSeconds)
    const { missing, drifted, stale, unchanged } = comparePermissions(wanted, stored ?? [])
    const isNew = !stored && (confirm !== undefined || wanted.length > 0)
    // Taking away is asked for too: whoever comes with a former role must not take what the present one gave.
    if (isNew || missing.length + drifted.length + stale.length > 0) await confirm?.()
    const write = async () => {
      if (isNew) await permissions.createUser(user)
      const put = (permission: WantedPermission) => permissions.put(user, permission, lifetimeSeconds)
      const remove = (container: string) => permissions.remove(user, container)
      // All are over before anything else is done, so that no late one comes after what ends this user.
      const [puts, removes] = await Promise.all([
        Promise.allSettled([...missing, ...drifted].map(put)),
        Promise.allSettled(stale.map(remove)),
      ])
      removes.forEach(answerOf)
      return puts.map(answerOf)
    }
    const [outcome] = await Promise.allSettled([write()])
    // Also after a failure, which may have come when the user was made already.
    if (isNew && confirm) await confirmMade(user, confirm)
    const written = answerOf(outcome)
    const granted = [...unchanged, ...written.map(orChanging)].map((one) => ({ ...one, expiresOn }))
    const report: ReconcileReport = {
      created: missing.length,
      updated: drifted.length,
      deleted: stale.length,
      unchanged: unchanged.length,
      failed: 0,
    }
    return { granted, report }
  }

  /** Whoever ended the role while its user was made may have looked for that user before it was there. */
  const confirmMade = async (user: string, confirm: () => Promise<void>): Promise<void> => {
    try {
      await confirm()
    } catch (error) {
      await permissions.removeUser(user)
      throw error
    }
  }

  const rolePart = (role: string): Promise<RolePart> =>
    roleParts.get(role, async () => {
      let [{ rules, etag }, containers] = await Promise.all([rolePermissions.all(), permissions.containers()])
      for (let round = 1; ; round += 1) {
        const keepUntilMs = clock.now() + lifetimeSeconds * 800
        // Also when nothing is wanted: what a former rule left behind has to go.
        const { granted: shared, report } = await fit(role, wantedForRole(role, rules, containers))
        const part = { value: { rules, containers, shared }, keepUntilMs }
        const wasChanged = report.created + report.updated + report.deleted > 0
        if (!wasChanged || round === maxRounds) return part
        // An admin may have changed the rules meanwhile, and what was done by the former ones must not stay.
        const latest = await rolePermissions.latest()
        if (latest.etag === etag) return part
        ;({ rules, etag } = latest)
      }
    })

  /**
   * Removes a person's users but the one kept: those that exist, for a role may have been in the settings once, and those
   * named, for a list may not show yet what was made a moment ago.
   */
  const removeUsers = async (id: string, named: readonly string[], kept?: string): Promise<void> => {
    const prefix = cosmosUserOf(id, '')
    const present = await permissions.usersWith(prefix)
    // No role has a dot; with one it is the user of somebody whose id begins with this one.
    const own = present.filter((user) => !user.slice(prefix.length).includes('.'))
    const users = new Set([...named, ...own])
    if (kept !== undefined) users.delete(kept)
    await Promise.all([...users].map((user) => permissions.removeUser(user)))
  }

  const issue: ResourceTokens['issue'] = async (person) => {
    const role = person?.role ?? guestRole
    const { rules, containers, shared } = await rolePart(role)
    const own = person
      ? await fit(
          cosmosUserOf(person.id, role),
          wantedForPerson(person.id, role, rules, containers),
          person.confirm ?? (async () => undefined),
        )
      : undefined
    const all = [...shared, ...(own?.granted ?? [])]
    const ends = all.map(({ expiresOn }) => expiresOn.getTime())
    return {
      endpoint: permissions.endpoint,
      database: permissions.database,
      role,
      expiresOn: new Date(Math.min(clock.now() + lifetimeSeconds * 1000, ...ends)),
      permissions: all,
    }
  }

  return {
    issue: async (person) => {
      try {
        return await issue(person)
      } catch (error) {
        if (!isChanging(error)) throw error
        // What is kept of the role may name a table that has been dropped since.
        roleParts.clear()
        return issue(person)
      }
    },
    keepRole: (id, role, lately) =>
      removeUsers(
        id,
        lately.map((one) => cosmosUserOf(id, one)),
        cosmosUserOf(id, role),
      ),
    reconcileRole: async (role, { rules, containers }) => {
      roleParts.clear()
      return (await fit(role, wantedForRole(role, rules, containers))).report
    },
    previewRole: async (role, { rules, containers }) => {
      const stored = (await permissions.read(role, lifetimeSeconds)) ?? []
      const changes = comparePermissions(wantedForRole(role, rules, containers), stored)
      return {
        created: changes.missing.length,
        updated: changes.drifted.length,
        deleted: changes.stale.length,
        unchanged: changes.unchanged.length,
        failed: 0,
      }
    },
    removePerson: (id) => {
      const named = [...roles, guestRole].map((role) => cosmosUserOf(id, role))
      // Earlier data has one user for each object id, whatever the role.
      return removeUsers(id, isObjectId(id) ? [...named, id] : named)
    },
    containers: () => permissions.containers(),
  }
}

function answerOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

function orChanging(granted: GrantedPermission | undefined): GrantedPermission {
  if (granted) return granted
  throw serverError('ERR_SERVER_THROTTLED', 'The tables are being changed', {
    service: 'cosmos',
    reason: changing,
    retryAfterSeconds: 1,
  })
}

function isChanging(error: unknown): boolean {
  return isLatchkeyError(error, 'ERR_SERVER_THROTTLED') && error.details['reason'] === changing
}

const changing = 'tables_changing'
