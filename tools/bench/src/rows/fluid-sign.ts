/**
 * Signing Fluid tokens: ours, the official one, and the least it can cost.
 */

import { createFluidTokenSigner } from '@latchkey/fluid'
import { documentId, scopes, signRaw, tenantId, tenantKey, user } from '../fluid/raw-token.ts'
import type { BenchRow, Measurement } from '../row.ts'

const official = '@fluidframework/azure-service-utils 2.111.0'
const raw = 'node:crypto, nothing checked'

interface AzureServiceUtils {
  generateToken(
    tenantId: string,
    key: string,
    scopes: readonly string[],
    documentId: string,
    user: object,
    lifetime: number,
  ): string
}

export const row: BenchRow = {
  name: 'fluid-sign',
  title: 'sign one token: user with details, three scopes, a fresh uuid',
  peers: { '@fluidframework/azure-service-utils': '2.111.0' },
  promises: [
    {
      text: 'at least 10 times the official package',
      holds: (all) => rateOf(all, 'latchkey') >= 10 * rateOf(all, official),
    },
    {
      text: 'at least 0.8 of raw node:crypto',
      holds: (all) => rateOf(all, 'latchkey') >= 0.8 * rateOf(all, raw),
    },
  ],
  run: async ({ peer, compare }) => {
    const { generateToken } = await peer<AzureServiceUtils>('@fluidframework/azure-service-utils/legacy')
    const signer = createFluidTokenSigner({ tenantId, keys: { primary: tenantKey } })
    const request = { documentId, scopes, user }
    const rates = await compare({
      latchkey: () => signer.sign(request),
      [raw]: signRaw,
      [official]: () => generateToken(tenantId, tenantKey, scopes, documentId, user, 3600),
    })
    return [...rates].map(([subject, value]) => ({ subject, metric: 'sign', value, unit: '/s' }))
  },
}

function rateOf(figures: readonly Measurement[], subject: string): number {
  return figures.find((figure) => figure.subject === subject)?.value ?? Number.NaN
}
