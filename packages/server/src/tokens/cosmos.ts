/**
 * Cosmos resource tokens under /v1: what the caller may open, or what guests may.
 */

import { z } from 'zod'
import { issueResourceTokens } from '../flows/resource-tokens.ts'
import type { Parts } from '../parts.ts'
import type { TokenService } from './token-service.ts'

/** The service behind `POST /v1/tokens/cosmos`. */
export function cosmosTokens(parts: Parts): TokenService<object | undefined> {
  return {
    name: 'cosmos',
    summary: 'What the caller may open in Cosmos DB; without a session, what guests may',
    takesGuests: true,
    request: z.strictObject({}).optional(),
    response: z.object({
      endpoint: z.string(),
      database: z.string(),
      expiresOn: z.iso.datetime(),
      permissions: z.array(
        z.object({
          container: z.string(),
          mode: z.enum(['Read', 'All']),
          partitionKey: z.array(z.string()),
          token: z.string(),
          expiresOn: z.iso.datetime(),
        }),
      ),
    }),
    issue: async ({ person }) => {
      const issued = await issueResourceTokens(parts, person)
      return {
        endpoint: issued.endpoint,
        database: issued.database,
        expiresOn: issued.expiresOn.toISOString(),
        permissions: issued.permissions.map(({ container, mode, partition, token, expiresOn }) => ({
          container,
          mode: mode === 'all' ? 'All' : 'Read',
          partitionKey: [partition],
          token,
          expiresOn: expiresOn.toISOString(),
        })),
      }
    },
  }
}
