/**
 * Something to look at: a document made with a token signed here.
 */

import { createHmac, randomUUID } from 'node:crypto'
import type { Endpoints } from '../../src/index.ts'

/** Creates a document, which hands out a creation token and shows the token that was used. */
export async function createFluidDocument({ fluid }: Endpoints): Promise<void> {
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    documentId: '',
    tenantId: fluid.tenantId,
    scopes: ['doc:read', 'doc:write'],
    user: { id: 'ann', name: 'Ann' },
    iat,
    exp: iat + 3_600,
    ver: '1.0',
    jti: randomUUID(),
  }
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  const token = `${input}.${createHmac('sha256', fluid.primaryKey).update(input).digest('base64url')}`
  const response = await fetch(`${fluid.endpoint}/documents/${fluid.tenantId}`, {
    method: 'POST',
    headers: { authorization: `Basic ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      summary: { type: 'tree', entries: [] },
      sequenceNumber: 0,
      values: [],
      generateToken: true,
    }),
  })
  if (response.status !== 201) throw new Error(`The relay answered ${response.status}`)
}
