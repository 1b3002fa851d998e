/**
 * What a role's rules mean as Cosmos permissions: pure, no I/O.
 *
 * A rule says how a role may use a table. `read` and `read-write` open the shared partition `default` and belong to the
 * role; `id-read` and `id-read-write` open each person's own partition and belong to the person. Partitions come from
 * here and from the verified subject, never from a request.
 */

import { adminRole, sharedPartition } from '../person.ts'

/** How a role may use a table; `none` takes everything away. */
export type RolePermissionKind = 'none' | 'read' | 'read-write' | 'id-read' | 'id-read-write'

/** One rule. */
export interface RolePermission {
  readonly role: string
  readonly table: string
  readonly permission: RolePermissionKind
}

/** What two rules about the same thing have in common: the role and the table, in any case. */
export function ruleKey({ role, table }: Pick<RolePermission, 'role' | 'table'>): string {
  return `${role.toLowerCase()}\n${table.toLowerCase()}`
}

/** A permission as Cosmos keeps it: one container, one partition, one mode. */
export interface WantedPermission {
  /** The container, which is the permission's id too. */
  readonly container: string
  readonly mode: 'read' | 'all'
  readonly partition: string
}

/** The words accepted for each kind; `write` and `id-write` as the seed names them. */
const words: ReadonlyMap<string, RolePermissionKind> = new Map([
  ['none', 'none'],
  ['read', 'read'],
  ['write', 'read-write'],
  ['read-write', 'read-write'],
  ['id-read', 'id-read'],
  ['id-write', 'id-read-write'],
  ['id-read-write', 'id-read-write'],
])

/** Reads a permission's name, or returns `undefined`. */
export function parseRolePermissionKind(word: string): RolePermissionKind | undefined {
  return words.get(word.trim().toLowerCase())
}

/** The Cosmos user of a person in a role; a role's own is called as the role, and no role has a dot. */
export function cosmosUserOf(personId: string, role: string): string {
  return `${personId}.${role}`
}

/** What a role's members share. */
export function wantedForRole(
  role: string,
  rules: readonly RolePermission[],
  containers: readonly string[],
): readonly WantedPermission[] {
  return effectiveRules(role, rules, containers).flatMap(({ table, permission }) =>
    permission === 'read' || permission === 'read-write'
      ? [{ container: table, mode: modeOf(permission), partition: sharedPartition }]
      : [],
  )
}

/** What one person of a role has alone. */
export function wantedForPerson(
  personId: string,
  role: string,
  rules: readonly RolePermission[],
  containers: readonly string[],
): readonly WantedPermission[] {
  return effectiveRules(role, rules, containers).flatMap(({ table, permission }) =>
    permission === 'id-read' || permission === 'id-read-write'
      ? [{ container: table, mode: modeOf(permission), partition: personId }]
      : [],
  )
}

/**
 * The rules of a role, one for each table. An admin has, for tables no rule of its own names, everything: its own
 * partition where the table is kept by person, the shared one elsewhere.
 */
export function effectiveRules(
  role: string,
  rules: readonly RolePermission[],
  containers: readonly string[],
): readonly RolePermission[] {
  const known = new Map(containers.map((container) => [container.toLowerCase(), container]))
  const own = new Map<string, RolePermission>()
  for (const rule of rules) {
    const table = known.get(rule.table.toLowerCase())
    if (table !== undefined && rule.role.toLowerCase() === role) own.set(table, { ...rule, role, table })
  }
  if (role === adminRole) {
    const byPerson = new Set(
      rules.filter(({ permission }) => permission.startsWith('id-')).map(({ table }) => table.toLowerCase()),
    )
    for (const table of containers) {
      if (own.has(table)) continue
      const permission = byPerson.has(table.toLowerCase()) ? 'id-read-write' : 'read-write'
      own.set(table, { role, table, permission })
    }
  }
  return [...own.values()].filter(({ permission }) => permission !== 'none')
}

function modeOf(permission: RolePermissionKind): 'read' | 'all' {
  return permission.endsWith('write') ? 'all' : 'read'
}
