/**
 * Updates the Cosmos permissions to the rules, and repeats while somebody changes the rules meanwhile.
 *
 * Outdated rules may remove what the current ones give. So the rules are read again afterwards: the last call to write
 * permissions has followed the last rules, however calls and processes interleave.
 */

import { reasonOf, serverError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import type { ReconcileReport, RolePolicy } from '../resource-tokens/resource-tokens.ts'
import type { StoredRules } from '../stores/stores.ts'

const maxRounds = 50

/**
 * @param stored - The rules, just read.
 * @returns what was done in all, and what is unchanged or failed at the end.
 * @throws `ERR_SERVER_CONFLICT` when others keep changing the rules.
 */
export async function fitRoles(
  parts: Parts,
  roles: ReadonlySet<string>,
  containers: readonly string[],
  stored: StoredRules,
): Promise<ReconcileReport> {
  let done = none
  let present = stored
  for (let round = 0; round < maxRounds; round += 1) {
    const policy = { rules: present.rules, containers }
    const report = sum(await Promise.all([...roles].map((role) => reconcile(parts, role, policy))))
    const { created, updated, deleted } = sum([done, report])
    done = { ...report, created, updated, deleted }
    const latest = await parts.stores.rolePermissions.latest()
    if (latest.etag === present.etag) return done
    present = latest
  }
  throw serverError('ERR_SERVER_CONFLICT', 'The rules are being changed too often')
}

const none: ReconcileReport = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 }

async function reconcile(parts: Parts, role: string, policy: RolePolicy): Promise<ReconcileReport> {
  try {
    return await parts.resourceTokens.reconcileRole(role, policy)
  } catch (error) {
    parts.log({ level: 'error', event: 'failure', reason: reasonOf(error), service: 'cosmos', role })
    return { ...none, failed: 1 }
  }
}

/** What several reports say together. */
export function sum(reports: readonly ReconcileReport[]): ReconcileReport {
  const total = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 }
  for (const report of reports)
    for (const key of ['created', 'updated', 'deleted', 'unchanged', 'failed'] as const)
      total[key] += report[key]
  return total
}
