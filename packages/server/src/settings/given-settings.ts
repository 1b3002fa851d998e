/**
 * Settings that were made by hand, perhaps in plain JavaScript: the shape of each member, all that is wrong at once.
 *
 * Whether a key is weak or an address real is what `parseSettings` asks; who makes settings by hand has decided that.
 */

import { z } from 'zod'
import { serverError } from '../errors.ts'
import { roleName } from '../person.ts'
import type { LatchkeySettings } from './settings.ts'

const text = z.string().min(1)
const texts = z.array(text)
const secret = z.custom(
  (value) => typeof Object(value).reveal === 'function',
  'Invalid input: expected a Secret',
)
const whole = (least: number, most: number) => z.int().min(least).max(most)
const keys = z.array(z.object({ kid: text, secret })).min(1)

const shape = z.object({
  environment: z.enum(['development', 'production']),
  provider: z.object({
    kind: z.enum(['b2c', 'external-id', 'openid-connect']),
    metadataUrl: z.url(),
    ropcMetadataUrl: z.url().optional(),
    resetMetadataUrl: z.url().optional(),
    clientId: text,
    credential: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('none') }),
      z.object({ kind: z.literal('secret'), secret }),
      z.object({ kind: z.literal('certificate'), pem: secret }),
    ]),
    policies: texts,
  }),
  graph: z
    .object({ endpoint: z.url(), tokenEndpoint: z.url(), tenantId: text, clientSecret: secret.optional() })
    .optional(),
  roles: z.array(z.string().regex(roleName)).min(1),
  cosmos: z.object({ endpoint: z.url(), key: secret, database: text, systemDatabase: text }),
  communication: z.object({ connectionString: secret.optional(), endpoint: z.url().optional() }).optional(),
  fluid: z
    .object({ endpoint: z.url(), tenantId: text, primaryKey: secret, secondaryKey: secret.optional() })
    .optional(),
  signingKeys: keys,
  refreshKeys: keys,
  accessTokenSeconds: whole(60, 3_600),
  resourceTokenSeconds: whole(600, 86_400),
  auditDays: whole(1, 3_650),
  api: z.object({
    enabled: z.boolean(),
    tokens: z.enum(['own', 'upstream']),
    key: secret.optional(),
    allowSecretsInQuery: z.boolean(),
  }),
  allowedOrigins: texts,
  trustedProxies: texts,
  publicUrl: z.url(),
})

const schema = shape.refine(
  ({ provider, graph }) => provider.kind !== 'openid-connect' || graph === undefined,
  {
    path: ['graph'],
    message: 'Invalid input: an openid-connect issuer has no directory, its accounts are kept in Cosmos DB',
  },
)

/** @throws `ERR_SERVER_SETTINGS` with the path of every member that is not what it should be, and no value. */
export function assertSettings(settings: LatchkeySettings): void {
  const { error } = schema.safeParse(settings)
  if (!error) return
  const lines = error.issues.map(({ path, message }) => `${['settings', ...path].join('.')}: ${message}`)
  throw serverError('ERR_SERVER_SETTINGS', `The settings are not whole:\n  ${lines.join('\n  ')}`, {
    variable: ['settings', ...(error.issues[0]?.path ?? [])].join('.'),
  })
}
