import { z } from 'zod'
import { confirmUpstream } from '../../flows/confirm-upstream.ts'
import { asGrantRefusal } from '../../flows/grant-refusal.ts'
import { personOfUpstream, refreshAfter, refreshUpstream } from '../../flows/refresh.ts'
import { issueResourceTokens } from '../../flows/resource-tokens.ts'
import type { FlowContext, Parts } from '../../parts.ts'
import type { Person } from '../../person.ts'
import type { IssuedResourceTokens } from '../../resource-tokens/resource-tokens.ts'
import { isOwnRefreshToken } from '../../sessions/refresh-token.ts'
import { logIssue } from '../log-issue.ts'
import type { Route } from '../route.ts'
import { personOfAccessToken } from './admin.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { permissionOf, permissionSchema, succeed } from './envelope.ts'

/** What the caller may open in Cosmos DB; without a token, what guests may. */
export const getResourceTokensRoutes: readonly Route[] = defineFunction({
  name: 'GetResourceTokens',
  methods: ['GET', 'POST'],
  limit: 'read',
  summary: 'Resource tokens for Cosmos DB: for what the caller may open, or without a token, what guests may',
  input: z.object({ refresh_token: optionalText(), auth_token: optionalText() }),
  takesBearer: true,
  errors: ['ERR_SERVER_FORBIDDEN'],
  answer: z.object({
    success: z.literal(true),
    permissions: z.array(permissionSchema),
    group: z.string(),
    refreshToken: z.string().optional(),
    expiresAt: z.iso.datetime(),
    endpoint: z.string(),
    database: z.string(),
    partitionKey: z.string(),
  }),
  handle: async ({ parts, context, bearer }, input) => {
    const authToken = input.auth_token ?? bearer
    const { issued, person, refreshToken } = await issueFor(parts, context, input.refresh_token, authToken)
    logIssue(parts, context, 'cosmos', person)
    return succeed({
      permissions: issued.permissions.map(permissionOf),
      group: issued.role,
      ...(refreshToken !== undefined && { refreshToken }),
      expiresAt: issued.expiresOn.toISOString(),
      endpoint: issued.endpoint,
      database: issued.database,
      // The path of the partition key in every container; each permission says which value it opens.
      partitionKey: '/partition',
    })
  },
})

interface Answer {
  readonly issued: IssuedResourceTokens
  readonly person?: Person
  readonly refreshToken?: string
}

async function issueFor(
  parts: Parts,
  context: FlowContext,
  refreshToken: string | undefined,
  authToken: string | undefined,
): Promise<Answer> {
  if (refreshToken === undefined) {
    if (authToken === undefined) return { issued: await issueResourceTokens(parts, undefined) }
    const person = await personOfAccessToken(parts, authToken)
    return { issued: await issueConfirmed(parts, person), person }
  }
  if (isOwnRefreshToken(refreshToken)) {
    // The token is used up last, by one write: whatever fails before it leaves the caller with a good token.
    const { issued: session, result } = await refreshAfter(parts, context, refreshToken, (holder, confirm) =>
      issueResourceTokens(parts, holder, confirm),
    )
    return { issued: result, person: session.person, refreshToken: session.refreshToken }
  }
  const tokens = await refreshUpstream(parts, context, refreshToken)
  const person = await asGrantRefusal(personOfUpstream(parts, tokens.accessToken))
  return { issued: await issueConfirmed(parts, person), person, refreshToken: tokens.refreshToken }
}

function issueConfirmed(parts: Parts, person: Person): Promise<IssuedResourceTokens> {
  // Without a session of ours it is the provider's token, and the role is what the directory showed.
  const confirm = person.sid === undefined ? () => confirmUpstream(parts, person) : undefined
  return issueResourceTokens(parts, person, confirm)
}
