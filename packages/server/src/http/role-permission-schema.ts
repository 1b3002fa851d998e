/**
 * Rules and reports, as both surfaces take and answer them.
 */

import { z } from 'zod'
import { parseRolePermissionKind, type RolePermission } from '../resource-tokens/wanted-permissions.ts'

const kindSchema = z.string().transform((word, context) => {
  const kind = parseRolePermissionKind(word)
  if (kind) return kind
  context.addIssue({ code: 'custom', message: 'must be none, read, write, id-read or id-write' })
  return z.NEVER
})

const name = (most: number) => z.string().trim().min(1).max(most)

const maxRules = 1_000

/**
 * What a body of rules may hold: every rule at its longest, of any script. A character of the length that zod counts
 * is at most three bytes, so that the two names are 957 of them, and 52 are JSON.
 */
export const rulesMaxBytes: number = maxRules * 1_024 + 1_024

/** A list of rules, at most one for each role and table. */
export const rulesSchema: z.ZodType<readonly RolePermission[]> = z
  .array(
    z.strictObject({
      role: name(64),
      table: name(255),
      permission: kindSchema,
    }),
  )
  .max(maxRules)
  .superRefine((rules, context) => {
    const seen = new Map<string, number>()
    for (const [index, { role, table }] of rules.entries()) {
      const key = `${role}\n${table}`.toLowerCase()
      const first = seen.get(key)
      // Two of them would contradict each other, or one of them would say nothing. Counted from 0, as in the path.
      const message = `Entry ${index} has the role and the table of entry ${first}`
      if (first !== undefined) context.addIssue({ code: 'custom', path: [index], message })
      else seen.set(key, index)
    }
  })

const count = z.int().min(0)

/** What was done. */
export const reportSchema: z.ZodObject<
  Record<'created' | 'updated' | 'deleted' | 'unchanged' | 'failed', z.ZodInt>
> = z.object({ created: count, updated: count, deleted: count, unchanged: count, failed: count })
