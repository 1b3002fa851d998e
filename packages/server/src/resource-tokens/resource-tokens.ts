/**
 * Resource tokens: what a person, or nobody, may open in Cosmos DB for a while.
 *
 * The part a role shares is kept by this process until four fifths of its life, which use never postpones; the part a
 * person has alone is one read of that person's permissions. What exists but should not is deleted, what should exist
 * but does not is made.
 */

import type { Clock } from '@latchkey/common'
import { guestRole } from '../person.ts'
import { PerishableCache } from '../single-flight.ts'
import type { PermissionStore, RolePermissionStore } from '../stores/stores.ts'
import { comparePermissions, type GrantedPermission } from './reconcile.ts'
import {
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
   *   asked only before something is made for them or taken from them.
   */
  issue(person?: {
    readonly id: string
    readonly role: string
    readonly confirm?: () => Promise<void>
  }): Promise<IssuedResourceTokens>
  /** Makes a person's own permissions fit a role. */
  reconcilePerson(id: string, role: string): Promise<ReconcileReport>
  /** Makes a role's shared permissions fit the rules, which the caller has just read or written. */
  reconcileRole(role: string, policy: RolePolicy): Promise<ReconcileReport>
  /** The same, without changing anything. */
  previewRole(role: string, policy: RolePolicy): Promise<ReconcileReport>
  /** Takes everything in Cosmos from a person. */
  removePerson(id: string): Promise<void>
  containers(): Promise<readonly string[]>
  /** Forgets what this process keeps about rules and roles. */
  forget(): void
}

export interface ResourceTokensOptions {
  readonly permissions: PermissionStore
  readonly rolePermissions: RolePermissionStore
  readonly lifetimeSeconds: number
  readonly clock: Clock
}

const maxRounds = 10

interface RolePart extends RolePolicy {
  readonly shared: readonly IssuedPermission[]
}

/** Makes the issuer of resource tokens. */
export function createResourceTokens(options: ResourceTokensOptions): ResourceTokens {
  const { permissions, rolePermissions, lifetimeSeconds, clock } = options
  const roleParts = new PerishableCache<RolePart>(clock, 100)

  /** Issues a Cosmos user's permissions, mending what differs from what is wanted. */
  const fit = async (user: string, wanted: readonly WantedPermission[], confirm?: () => Promise<void>) => {
    // Reckoned before the call, so that no token is said to live longer than it does.
    const expiresOn = new Date(clock.now() + lifetimeSeconds * 1000)
    const stored = await permissions.read(user, lifetimeSeconds)
    const { missing, drifted, stale, unchanged } = comparePermissions(wanted, stored ?? [])
    // Taking away is asked for too: whoever comes with a former role must not take what the present one gave.
    if (missing.length + drifted.length + stale.length > 0) await confirm?.()
    if (!stored && wanted.length > 0) await permissions.createUser(user)
    const put = (permission: WantedPermission) => permissions.put(user, permission, lifetimeSeconds)
    const remove = (container: string) => permissions.remove(user, container)
    const [written] = await Promise.all([
      Promise.all([...missing, ...drifted].map(put)),
      Promise.all(stale.map(remove)),
    ])
    const granted = [...unchanged, ...written].map((permission) => ({ ...permission, expiresOn }))
    const report: ReconcileReport = {
      created: missing.length,
      updated: drifted.length,
      deleted: stale.length,
      unchanged: unchanged.length,
      failed: 0,
    }
    return { granted, report }
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

  return {
    issue: async (person) => {
      const role = person?.role ?? guestRole
      const { rules, containers, shared } = await rolePart(role)
      const wanted = person ? wantedForPerson(person.id, role, rules, containers) : []
      const own = person ? (await fit(person.id, wanted, person.confirm)).granted : []
      const all = [...shared, ...own]
      const ends = all.map(({ expiresOn }) => expiresOn.getTime())
      return {
        endpoint: permissions.endpoint,
        database: permissions.database,
        role,
        expiresOn: new Date(Math.min(clock.now() + lifetimeSeconds * 1000, ...ends)),
        permissions: all,
      }
    },
    reconcilePerson: async (id, role) => {
      const [{ rules }, containers] = await Promise.all([rolePermissions.all(), permissions.containers()])
      return (await fit(id, wantedForPerson(id, role, rules, containers))).report
    },
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
    removePerson: (id) => permissions.removeUser(id),
    containers: () => permissions.containers(),
    forget: () => roleParts.clear(),
  }
}
