import { z } from 'zod'
import { reasonOf } from '../../errors.ts'
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
    summary: 'Where our keys are and what our access tokens look like (RFC 8414)',
    answers: { 200: z.looseObject({ issuer: z.string(), jwks_uri: z.string() }) },
    handle: ({ parts }) => {
      const issuer = parts.settings.publicUrl
      const body = {
        issuer,
        jwks_uri: `${issuer}/v1/.well-known/jwks.json`,
        token_endpoint: `${issuer}/v1/sessions/refresh`,
        response_types_supported: ['none'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['EdDSA'],
      }
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
