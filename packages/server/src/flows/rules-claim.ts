/**
 * Replacing all rules claims them first, so that of two simultaneous calls one succeeds and the other is refused, and the
 * same call can be repeated.
 */

import { createHash } from 'node:crypto'
import { serverError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { type RolePermission, ruleKey } from '../resource-tokens/wanted-permissions.ts'
import type { RulesClaim, StoredRules } from '../stores/stores.ts'

/** The rules, once nobody else may replace them at the same mark. @throws `ERR_SERVER_PRECONDITION`. */
export async function claimRules(parts: Parts, claim: RulesClaim, isDryRun: boolean): Promise<StoredRules> {
  const store = parts.stores.rolePermissions
  const isOurs = ({ claim: present }: StoredRules): boolean =>
    present?.from === claim.from && present.wanted === claim.wanted && claim.atMs - present.atMs < repeatMs
  const stored = await store.all()
  if (isOurs(stored)) return stored
  if (stored.etag === claim.from) {
    if (isDryRun || (await store.claim(stored.version, claim))) return stored
    // The refused write may have been a repeat of our own, whose answer was lost; or of the same call made twice.
    const again = await store.all()
    if (isOurs(again)) return again
  }
  throw serverError('ERR_SERVER_PRECONDITION', 'The rules have changed since')
}

// Rows can be changed in the portal too, where nobody ends a claim: a call is repeated soon or not at all.
const repeatMs = 10 * 60_000

/** What the rules are to be replaced by, in whatever order it is said. */
export function digestOf(rules: readonly RolePermission[]): string {
  const lines = rules.map((rule) => `${ruleKey(rule)}\n${rule.permission}`).toSorted()
  return createHash('sha256').update(lines.join('\n\n')).digest('base64url')
}
