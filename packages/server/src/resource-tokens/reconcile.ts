/**
 * The difference between the permissions that exist and those that should: pure, no I/O.
 */

import type { WantedPermission } from './wanted-permissions.ts'

/** A permission as Cosmos answers it, with a token made for this answer. */
export interface GrantedPermission extends WantedPermission {
  readonly token: string
  /** What Cosmos says of it, for answers in Cosmos' own shape. */
  readonly system: {
    readonly etag: string
    readonly timestampSeconds: number
    readonly self: string
    readonly rid: string
    readonly resource: string
  }
}

/** What to change. */
export interface PermissionChanges {
  readonly missing: readonly WantedPermission[]
  /** There, but with another mode or partition. */
  readonly drifted: readonly WantedPermission[]
  /** There, but no longer wanted: container names. */
  readonly stale: readonly string[]
  readonly unchanged: readonly GrantedPermission[]
}

/** Compares by container, which is the permission's id. */
export function comparePermissions(
  wanted: readonly WantedPermission[],
  present: readonly GrantedPermission[],
): PermissionChanges {
  const byContainer = new Map(present.map((permission) => [permission.container, permission]))
  const missing: WantedPermission[] = []
  const drifted: WantedPermission[] = []
  const unchanged: GrantedPermission[] = []
  for (const permission of wanted) {
    const granted = byContainer.get(permission.container)
    if (!granted) missing.push(permission)
    else if (granted.mode === permission.mode && granted.partition === permission.partition)
      unchanged.push(granted)
    else drifted.push(permission)
  }
  const kept = new Set(wanted.map(({ container }) => container))
  const stale = present.map(({ container }) => container).filter((container) => !kept.has(container))
  return { missing, drifted, stale, unchanged }
}
