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

/** A list of rules. */
export const rulesSchema: z.ZodType<readonly RolePermission[]> = z
  .array(
    z.strictObject({
      role: z.string().min(1).max(64),
      table: z.string().min(1).max(255),
      permission: kindSchema,
    }),
  )
  .max(1_000)

const count = z.int().min(0)

/** What was done. */
export const reportSchema: z.ZodObject<
  Record<'created' | 'updated' | 'deleted' | 'unchanged' | 'failed', z.ZodInt>
> = z.object({ created: count, updated: count, deleted: count, unchanged: count, failed: count })
