import { z } from 'zod'
import { inputError } from '../../errors.ts'
import { readRolePermissions, replaceRolePermissions } from '../../flows/role-permissions.ts'
import { reportSchema, rulesMaxBytes, rulesSchema } from '../role-permission-schema.ts'
import { defineRoute, type Route, type RouteRequest, signedIn } from '../route.ts'

const listSchema = z.object({
  value: z.array(z.object({ role: z.string(), table: z.string(), permission: z.string() })),
  nextLink: z.string().optional(),
})

/** The rules that say how roles may use tables, for admins. */
export const rolePermissionRoutes: readonly Route[] = [
  defineRoute('v1', {
    method: 'GET',
    path: '/v1/role-permissions',
    access: 'admin',
    limit: 'admin',
    summary: 'All rules',
    answers: { 200: listSchema },
    hasEntityTag: true,
    handle: async (request) => {
      const { parts, context } = request
      const { rules, etag } = await readRolePermissions(parts, context, signedIn(request))
      return Response.json({ value: rules }, { headers: { etag: `"${etag}"` } })
    },
  }),

  defineRoute('v1', {
    method: 'PUT',
    path: '/v1/role-permissions',
    access: 'admin',
    limit: 'admin',
    summary: 'Replaces all rules and updates the Cosmos permissions; needs If-Match',
    query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
    body: z.strictObject({ value: rulesSchema }),
    maxBodyBytes: rulesMaxBytes,
    needsIfMatch: true,
    answers: { 200: reportSchema },
    errors: ['ERR_SERVER_CONFLICT'],
    handle: async (request) => {
      const { parts, context, body, query } = request
      const report = await replaceRolePermissions(parts, context, signedIn(request), {
        wanted: body.value,
        etag: await versionOf(request),
        dryRun: query.dryRun === 'true',
      })
      return Response.json(report)
    },
  }),
]

/** The version that a request replaces; with `*` the present one, whichever that is. */
async function versionOf({ parts, ifMatch }: RouteRequest<unknown, unknown>): Promise<string> {
  if (ifMatch.includes('*')) return (await parts.stores.rolePermissions.all()).etag
  const etag = /^"([A-Za-z0-9_-]+)"$/.exec(ifMatch[0] ?? '')?.[1]
  if (etag === undefined) throw inputError('If-Match', 'must be the entity tag of the rules')
  return etag
}
