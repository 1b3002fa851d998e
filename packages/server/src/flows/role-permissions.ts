/**
 * CreateRolePermission and its successor under /v1: change the rules, then make Cosmos fit them.
 */

import { inputError, reasonOf, serverError } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import { adminRole, type Person } from '../person.ts'
import type { ReconcileReport, RolePolicy } from '../resource-tokens/resource-tokens.ts'
import type { RolePermission } from '../resource-tokens/wanted-permissions.ts'
import type { StoredRules } from '../stores/stores.ts'
import { spanNames } from '../telemetry/spans.ts'
import { record } from './audit.ts'

/** What CreateRolePermission is asked for: exactly one of `role` and `table`. */
export interface RolePermissionChange {
  readonly role?: string
  readonly table?: string
  /** Rules to write; each must be of the role or the table named. Absent: only make Cosmos fit the present rules. */
  readonly permissions?: readonly RolePermission[]
  readonly dryRun: boolean
}

/**
 * Changes rules of one role or one table and makes Cosmos fit them.
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
    const { rules } = await parts.stores.rolePermissions.all()
    const roles = new Set([
      ...(role === undefined ? [] : [role]),
      ...rules.flatMap((rule) => (table !== undefined && sameTable(rule, table) ? [rule.role] : [])),
      ...(wanted ?? []).map((rule) => rule.role),
    ])
    if (wanted)
      return applyRules(parts, context, actor, { rules, containers, wanted, roles, isDryRun: change.dryRun })
    const policy = { rules, containers }
    const fit = (one: string): Promise<ReconcileReport> =>
      change.dryRun ? parts.resourceTokens.previewRole(one, policy) : reconcile(parts, one, policy)
    const reports = await Promise.all([...roles].map(fit))
    if (!change.dryRun) await recordChange(parts, context, actor, sum(reports))
    return sum(reports)
  })
}

/**
 * Replaces every rule.
 *
 * @param etag - What the rules were read at.
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
    const store = parts.stores.rolePermissions
    const { rules, etag, version } = await store.all()
    const isPresent = etag === replacement.etag && (replacement.dryRun || (await store.claim(version)))
    if (!isPresent) throw serverError('ERR_SERVER_PRECONDITION', 'The rules have changed since')
    const named = new Set(wanted.map(keyOf))
    const gone = rules
      .filter((rule) => !named.has(keyOf(rule)))
      .map((rule): RolePermission => ({ ...rule, permission: 'none' }))
    const roles = new Set([...wanted, ...rules].map((rule) => rule.role))
    const all = [...wanted, ...gone]
    return applyRules(parts, context, actor, {
      rules,
      containers,
      wanted: all,
      roles,
      isDryRun: replacement.dryRun,
    })
  })
}

async function applyRules(
  parts: Parts,
  context: FlowContext,
  actor: Person,
  plan: {
    readonly rules: readonly RolePermission[]
    readonly containers: readonly string[]
    readonly wanted: readonly RolePermission[]
    readonly roles: ReadonlySet<string>
    readonly isDryRun: boolean
  },
): Promise<ReconcileReport> {
  const present = new Map(plan.rules.map((rule) => [keyOf(rule), rule.permission]))
  const count = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 }
  const changes: RolePermission[] = []
  for (const rule of plan.wanted) {
    const kind = kindOfChange(present.get(keyOf(rule)), rule)
    count[kind] += 1
    if (kind !== 'unchanged') changes.push(rule)
  }
  if (plan.isDryRun) return count
  await recordChange(parts, context, actor, count, changesIn(present, changes))
  const store = parts.stores.rolePermissions
  await Promise.all(
    changes.map((rule) => (isDeletion(rule) ? store.remove(rule.role, rule.table) : store.put(rule))),
  )
  const written = new Map(plan.rules.map((rule) => [keyOf(rule), rule]))
  for (const rule of changes) written.set(keyOf(rule), rule)
  const policy = { rules: [...written.values()], containers: plan.containers }
  const reports = await Promise.all([...plan.roles].map((role) => reconcile(parts, role, policy)))
  return { ...count, failed: sum(reports).failed }
}

/** What each rule was and is: `{ 'guest Profile': 'none to read' }`. */
function changesIn(
  present: ReadonlyMap<string, RolePermission['permission']>,
  changes: readonly RolePermission[],
): Record<string, string> {
  return Object.fromEntries(
    changes.map((rule) => [
      `${rule.role} ${rule.table}`,
      `${present.get(keyOf(rule)) ?? 'none'} to ${rule.permission}`,
    ]),
  )
}

function kindOfChange(
  before: RolePermission['permission'] | undefined,
  rule: RolePermission,
): 'created' | 'updated' | 'deleted' | 'unchanged' {
  if (isDeletion(rule)) return before === undefined ? 'unchanged' : 'deleted'
  if (before === undefined) return 'created'
  return before === rule.permission ? 'unchanged' : 'updated'
}

// An admin has everything that no rule takes away, so only for admins a rule of nothing means something.
function isDeletion({ role, permission }: RolePermission): boolean {
  return permission === 'none' && role !== adminRole
}

async function reconcile(parts: Parts, role: string, policy: RolePolicy): Promise<ReconcileReport> {
  try {
    return await parts.resourceTokens.reconcileRole(role, policy)
  } catch (error) {
    parts.log({ level: 'error', event: 'failure', reason: reasonOf(error), service: 'cosmos', role })
    return { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 1 }
  }
}

function sum(reports: readonly ReconcileReport[]): ReconcileReport {
  const total = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 }
  for (const report of reports)
    for (const key of ['created', 'updated', 'deleted', 'unchanged', 'failed'] as const)
      total[key] += report[key]
  return total
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

function sameTable(rule: RolePermission, table: string): boolean {
  return rule.table.toLowerCase() === table.toLowerCase()
}

function keyOf({ role, table }: RolePermission): string {
  return `${role}\n${table.toLowerCase()}`
}
