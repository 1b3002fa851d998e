import { z } from 'zod'
import { inputError } from '../../errors.ts'
import { createRolePermission } from '../../flows/role-permissions.ts'
import { reportSchema, rulesMaxBytes, rulesSchema } from '../role-permission-schema.ts'
import { type Route, signedIn } from '../route.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { succeed } from './envelope.ts'

/** Makes the Cosmos permissions of a role or a table fit the rules, after writing rules when any are given. */
export const createRolePermissionRoutes: readonly Route[] = defineFunction({
  name: 'CreateRolePermission',
  methods: ['POST'],
  limit: 'admin',
  summary: 'Writes the given rules of a role or a table, and updates the Cosmos permissions',
  maxBodyBytes: rulesMaxBytes,
  input: z.object({
    auth_token: optionalText(),
    role: optionalText(128),
    table: optionalText(256),
    permissions: rulesSchema.optional(),
    dryRun: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).optional(),
  }),
  adminBy: (input) => ({ authToken: input.auth_token }),
  errors: ['ERR_SERVER_CONFLICT'],
  answer: z.object({ success: z.literal(true) }).extend(reportSchema.shape),
  handle: async (request, input) => {
    const { parts, context } = request
    const { role, table, permissions, dryRun = false } = input
    if (role === undefined && table === undefined) throw inputError('role', 'must enter table or role')
    if (role !== undefined && table !== undefined) throw inputError('role', 'only enter table or role')
    const report = await createRolePermission(parts, context, signedIn(request), {
      ...(role !== undefined && { role }),
      ...(table !== undefined && { table }),
      ...(permissions && { permissions }),
      dryRun,
    })
    return succeed(report)
  },
})
