import { z } from 'zod'
import { reasonOf } from '../../errors.ts'
import { tokenIssuerOf } from '../../settings/token-issuer.ts'
import { defineRoute, type Route } from '../route.ts'

const statusSchema = z.object({ status: z.string() })

/** What others need to verify our tokens, and what an operator needs to know. */
export const metadataRoutes: readonly Route[] = [
  defineRoute('v1', {
    method: 'GET',
    path: '/v1/.well-known/jwks.json',
    access: 'open',
    limit: 'open',
    summary: 'The public keys of our access tokens',
    answers: { 200: z.object({ keys: z.array(z.looseObject({ kid: z.string() })) }) },
    handle: ({ parts }) =>
      Response.json(parts.signingKeys.jwks, { headers: { 'cache-control': 'public, max-age=300' } }),
  }),

  defineRoute('v1', {
    method: 'GET',
    path: '/v1/.well-known/openid-configuration',
    access: 'open',
    limit: 'open',
    summary: 'The issuer of our access tokens and the address of its keys, for verifiers',
    answers: { 200: z.object({ issuer: z.string(), jwks_uri: z.string() }) },
    // No endpoint and no grant is named, for there are none of OAuth's: sign-in and refresh are JSON under /v1/sessions.
    handle: ({ parts }) => {
      const issuer = tokenIssuerOf(parts.settings)
      const body = { issuer, jwks_uri: `${issuer}/.well-known/jwks.json` }
      return Response.json(body, { headers: { 'cache-control': 'public, max-age=300' } })
    },
  }),

  defineRoute('v1', {
    method: 'GET',
    path: '/v1/health',
    access: 'open',
    limit: 'open',
    summary: 'Whether the process answers',
    answers: { 200: statusSchema },
    handle: () => Response.json({ status: 'ok' }),
  }),

  defineRoute('v1', {
    method: 'GET',
    path: '/v1/ready',
    access: 'open',
    limit: 'open',
    summary: 'Whether the storage answers',
    answers: { 200: statusSchema, 503: statusSchema },
    handle: async ({ parts }) => {
      try {
        await parts.stores.ping()
        return Response.json({ status: 'ready' })
      } catch (error) {
        parts.log({ level: 'error', event: 'failure', reason: reasonOf(error), service: 'cosmos' })
        return Response.json({ status: 'storage does not answer' }, { status: 503 })
      }
    },
  }),
]
