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

const twice = 'The role and the table stand in an entry before'
const name = (most: number) => z.string().trim().min(1).max(most)

/** A list of rules, at most one for each role and table. */
export const rulesSchema: z.ZodType<readonly RolePermission[]> = z
  .array(
    z.strictObject({
      role: name(64),
      table: name(255),
      permission: kindSchema,
    }),
  )
  .max(1_000)
  .superRefine((rules, context) => {
    const seen = new Set<string>()
    for (const [index, { role, table }] of rules.entries()) {
      const key = `${role}\n${table}`.toLowerCase()
      // Two of them would contradict each other, or one of them would say nothing.
      if (seen.has(key)) context.addIssue({ code: 'custom', path: [index], message: twice })
      seen.add(key)
    }
  })

const count = z.int().min(0)

/** What was done. */
export const reportSchema: z.ZodObject<
  Record<'created' | 'updated' | 'deleted' | 'unchanged' | 'failed', z.ZodInt>
> = z.object({ created: count, updated: count, deleted: count, unchanged: count, failed: count })
