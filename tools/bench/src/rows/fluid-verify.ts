/**
 * Verifying Fluid tokens: ours with every rule, against a bare comparison of the signature, and what libraries do.
 */

import { createSecretKey } from 'node:crypto'
import { createFluidTokenVerifier } from '@latchkey/fluid'
import { documentId, signRaw, tenantId, tenantKey, verifyRaw } from '../fluid/raw-token.ts'
import type { BenchRow, Measurement } from '../row.ts'

const raw = 'node:crypto, signature only'
const library = 'jsonwebtoken 9.0.3, KeyObject'

interface JsonWebToken {
  readonly default: { verify(token: string, key: unknown, options: object): unknown }
}

export const row: BenchRow = {
  name: 'fluid-verify',
  title:
    'verify one token; ours checks form, claims, times, tenant, document and scopes besides the signature',
  peers: { jsonwebtoken: '9.0.3' },
  promises: [
    {
      text: 'at least 0.4 of raw node:crypto',
      holds: (all) => rateOf(all, 'latchkey') >= 0.4 * rateOf(all, raw),
    },
  ],
  run: async ({ peer, compare }) => {
    const { default: jsonwebtoken } = await peer<JsonWebToken>('jsonwebtoken')
    const verifier = createFluidTokenVerifier({ tenantId, keys: { primary: tenantKey } })
    const key = createSecretKey(tenantKey, 'utf8')
    const token = signRaw()
    const expected = { documentId, scopes: ['doc:read', 'doc:write'] } as const
    const rates = await compare({
      latchkey: () => verifier.verify(token, expected),
      [raw]: () => verifyRaw(token),
      [library]: () => jsonwebtoken.verify(token, key, { algorithms: ['HS256'] }),
    })
    return [...rates].map(([subject, value]) => ({ subject, metric: 'verify', value, unit: '/s' }))
  },
}

function rateOf(figures: readonly Measurement[], subject: string): number {
  return figures.find((figure) => figure.subject === subject)?.value ?? Number.NaN
}
