/**
 * CreateRolePermission and its successor under /v1: change the rules, then make Cosmos fit them.
 */

import { inputError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person } from '../person.ts'
import type { ReconcileReport } from '../resource-tokens/resource-tokens.ts'
import { type RolePermission, ruleKey } from '../resource-tokens/wanted-permissions.ts'
import type { StoredRules } from '../stores/stores.ts'
import { spanNames } from '../telemetry/spans.ts'
import { record } from './audit.ts'
import { fitRoles, sum } from './fit-roles.ts'
import { claimRules, digestOf } from './rules-claim.ts'

/** The request of CreateRolePermission: exactly one of `role` and `table`. */
export interface RolePermissionChange {
  readonly role?: string
  readonly table?: string
  /** Rules to write; each must be for that role or table. If absent, only the Cosmos permissions are updated. */
  readonly permissions?: readonly RolePermission[]
  readonly dryRun: boolean
}

/**
 * Changes rules of one role or one table and updates the Cosmos permissions.
 *
 * @returns counts of rules when rules were given, otherwise of Cosmos permissions.
 * @throws `ERR_SERVER_INPUT` for an unknown role or table.
 */
export function createRolePermission(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  change: RolePermissionChange,
): Promise<ReconcileReport> {
  return parts.inSpan(spanNames.rolePermissions, { 'latchkey.dry_run': change.dryRun }, async () => {
    if (change.dryRun) await recordReading(parts, context, actor)
    const containers = await parts.resourceTokens.containers()
    const role = change.role === undefined ? undefined : knownRole(parts, change.role)
    const table = change.table === undefined ? undefined : knownTable(containers, change.table)
    const wanted = change.permissions?.map((rule) => normalise(parts, containers, rule))
    if (wanted?.some((rule) => (role ?? rule.role) !== rule.role || (table ?? rule.table) !== rule.table))
      throw inputError('permissions', 'Every permission must be of the role or the table named')
    const stored = await parts.stores.rolePermissions.all()
    // A rule of any role may have been of the table until a call that was killed.
    const roles = role === undefined ? everyRole(parts, stored.rules) : new Set([role])
    if (wanted)
      return applyRules(parts, context, actor, { stored, containers, wanted, roles, isDryRun: change.dryRun })
    if (change.dryRun) {
      const policy = { rules: stored.rules, containers }
      return sum(await Promise.all([...roles].map((one) => parts.resourceTokens.previewRole(one, policy))))
    }
    const report = await fitRoles(parts, roles, containers, stored)
    await recordChange(parts, context, actor, report)
    return report
  })
}

/**
 * Replaces all rules. A call that was killed, or whose answer was lost, can be repeated with the same version, as long as
 * nobody else has changed a rule.
 *
 * @param etag - The version at which the rules were read.
 * @throws `ERR_SERVER_PRECONDITION` when they have changed since.
 */
export function replaceRolePermissions(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  replacement: {
    readonly wanted: readonly RolePermission[]
    readonly etag: string
    readonly dryRun: boolean
  },
): Promise<ReconcileReport> {
  return parts.inSpan(spanNames.rolePermissions, { 'latchkey.dry_run': replacement.dryRun }, async () => {
    if (replacement.dryRun) await recordReading(parts, context, actor)
    const containers = await parts.resourceTokens.containers()
    const wanted = replacement.wanted.map((rule) => normalise(parts, containers, rule))
    const claim = { from: replacement.etag, wanted: digestOf(wanted), atMs: parts.clock.now() }
    const stored = await claimRules(parts, claim, replacement.dryRun)
    const named = new Set(wanted.map(ruleKey))
    const gone = stored.rules.filter((rule) => !named.has(ruleKey(rule)))
    return applyRules(parts, context, actor, {
      stored,
      containers,
      wanted,
      gone,
      roles: everyRole(parts, stored.rules),
      isDryRun: replacement.dryRun,
    })
  })
}

async function applyRules(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  plan: {
    readonly stored: StoredRules
    readonly containers: readonly string[]
    readonly wanted: readonly RolePermission[]
    readonly roles: ReadonlySet<string>
    readonly isDryRun: boolean
    /** Rules to take away where all of them are replaced, which is claimed already. */
    readonly gone?: readonly RolePermission[]
  },
): Promise<ReconcileReport> {
  const { gone = [], isDryRun } = plan
  const rowsOf = (rule: RolePermission) => plan.stored.rows.get(ruleKey(rule)) ?? []
  const present = new Map(plan.stored.rules.map((rule) => [ruleKey(rule), rule.permission]))
  const count = { created: 0, updated: 0, deleted: gone.length, unchanged: 0, failed: 0 }
  const changes: RolePermission[] = []
  for (const rule of plan.wanted) {
    const kind = kindOfChange(present.get(ruleKey(rule)), rule, rowsOf(rule).length)
    count[kind] += 1
    if (kind !== 'unchanged') changes.push(rule)
  }
  if (isDryRun) return count
  const removals = [...changes.filter(isDeletion), ...gone]
  const noLonger = gone.map((rule): RolePermission => ({ ...rule, permission: 'none' }))
  await recordChange(parts, context, actor, count, changesIn(present, [...changes, ...noLonger]))
  const store = parts.stores.rolePermissions
  if (changes.length > 0 && !plan.gone) await store.endClaim()
  await Promise.all([
    ...removals.map((rule) => store.remove(rowsOf(rule))),
    ...changes.filter((rule) => !isDeletion(rule)).map((rule) => store.put(rule, rowsOf(rule))),
  ])
  const { failed } = await fitRoles(parts, plan.roles, plan.containers, await store.latest())
  return { ...count, failed }
}

/** What each rule was and is: `{ 'guest Profile': 'none to read' }`. */
function changesIn(
  present: ReadonlyMap<string, RolePermission['permission']>,
  changes: readonly RolePermission[],
): Record<string, string> {
  return Object.fromEntries(
    changes.map((rule) => [
      `${rule.role} ${rule.table}`,
      `${present.get(ruleKey(rule)) ?? 'none'} to ${rule.permission}`,
    ]),
  )
}

function kindOfChange(
  before: RolePermission['permission'] | undefined,
  rule: RolePermission,
  rows: number,
): 'created' | 'updated' | 'deleted' | 'unchanged' {
  if (isDeletion(rule)) return before === undefined ? 'unchanged' : 'deleted'
  if (before === undefined) return 'created'
  // Several rows about one thing become one.
  return before === rule.permission && rows === 1 ? 'unchanged' : 'updated'
}

// An admin has everything that no rule takes away, so only for admins a rule of nothing means something.
function isDeletion({ role, permission }: RolePermission): boolean {
  return permission === 'none' && role !== adminRole
}

/** Every rule with its mark, for an admin to look at. */
export async function readRolePermissions(
  parts: Parts,
  context: FlowContext,
  actor: Person,
): Promise<StoredRules> {
  await recordReading(parts, context, actor)
  return parts.stores.rolePermissions.all()
}

// A dry run tells what there is and changes nothing.
function recordReading(parts: Parts, context: FlowContext, actor: Person): Promise<void> {
  return record(parts, context, {
    action: 'admin-read',
    actor: actor.id,
    details: { of: 'role-permissions' },
  })
}

async function recordChange(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  report: ReconcileReport,
  changes: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { created, updated, deleted } = report
  const counts = { created: String(created), updated: String(updated), deleted: String(deleted) }
  const details = { ...changes, ...counts }
  await record(parts, context, { action: 'role-permissions-changed', actor: actor.id, details })
}

function normalise(parts: Parts, containers: readonly string[], rule: RolePermission): RolePermission {
  return { ...rule, role: knownRole(parts, rule.role), table: knownTable(containers, rule.table) }
}

function knownRole(parts: Parts, name: string): string {
  const role = name.trim().toLowerCase()
  if (!parts.settings.roles.includes(role)) throw inputError('role', 'The role is invalid')
  return role
}

function knownTable(containers: readonly string[], name: string): string {
  const wanted = name.trim().toLowerCase()
  const table = containers.find((container) => container.toLowerCase() === wanted)
  if (table === undefined) throw inputError('table', 'The table is invalid')
  return table
}

function everyRole(parts: Parts, rules: readonly RolePermission[]): ReadonlySet<string> {
  return new Set([...parts.settings.roles, ...rules.map(({ role }) => role)])
}
