import { z } from 'zod'
import { personOfUpstream, refreshAny } from '../../flows/refresh.ts'
import { issueResourceTokens } from '../../flows/resource-tokens.ts'
import type { FlowContext, Parts } from '../../parts.ts'
import type { Person } from '../../person.ts'
import { readBearer } from '../bearer.ts'
import { logIssue } from '../log-issue.ts'
import type { Route } from '../route.ts'
import { personOfAccessToken } from './admin.ts'
import { asGrantError } from './as-grant-error.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { permissionOf, succeed } from './envelope.ts'

/** What the caller may open in Cosmos DB; without a token, what guests may. */
export const getResourceTokensRoutes: readonly Route[] = defineFunction({
  name: 'GetResourceTokens',
  methods: ['GET', 'POST'],
  limit: 'read',
  summary: 'What the caller may open in Cosmos DB; without a token, what guests may',
  input: z.object({ refresh_token: optionalText(), auth_token: optionalText() }),
  answer: z.object({
    success: z.literal(true),
    permissions: z.array(z.looseObject({ id: z.string(), _token: z.string() })),
    group: z.string(),
    refreshToken: z.string().optional(),
    expiresAt: z.string(),
    endpoint: z.string(),
    database: z.string(),
    partitionKey: z.string(),
  }),
  handle: async ({ parts, context, request }, input) => {
    const bearer = readBearer(request)
    const caller = await findCaller(parts, context, { ...input, auth_token: input.auth_token ?? bearer })
    const issued = await issueResourceTokens(parts, caller.person)
    logIssue(parts, context, 'cosmos', caller.person)
    return succeed({
      permissions: issued.permissions.map(permissionOf),
      group: issued.role,
      ...(caller.refreshToken !== undefined && { refreshToken: caller.refreshToken }),
      expiresAt: issued.expiresOn.toISOString(),
      endpoint: issued.endpoint,
      database: issued.database,
      // The path of the partition key in every container; each permission says which value it opens.
      partitionKey: '/partition',
    })
  },
})

async function findCaller(
  parts: Parts,
  context: FlowContext,
  tokens: { readonly refresh_token?: string | undefined; readonly auth_token?: string | undefined },
): Promise<{ readonly person?: Person; readonly refreshToken?: string }> {
  if (tokens.refresh_token !== undefined) {
    const refreshed = await refreshAny(parts, context, tokens.refresh_token)
    if (refreshed.kind === 'own')
      return { person: refreshed.issued.person, refreshToken: refreshed.issued.refreshToken }
    const person = await asGrantError(personOfUpstream(parts, refreshed.tokens.accessToken))
    return { person, refreshToken: refreshed.tokens.refreshToken }
  }
  if (tokens.auth_token === undefined) return {}
  return { person: await personOfAccessToken(parts, tokens.auth_token) }
}
