/**
 * The least a Fluid token can cost: the same claims and a uuid with node:crypto and a KeyObject, nothing checked.
 */

import { createHmac, createSecretKey, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'

export const tenantId = '5f7f1a52-2d0e-4a53-9a5e-6a4a3a1d7a11'
export const documentId = '746c4a6f-f778-4970-83cd-9e21bf88326c'
export const scopes = ['doc:read', 'doc:write', 'summary:write'] as const
export const user = {
  id: 'ann',
  name: 'Ann Archer',
  additionalDetails: { email: 'ann@contoso.example', date: '2026-11-21' },
} as const
export const tenantKey: string = randomBytes(16).toString('hex')

const key = createSecretKey(tenantKey, 'utf8')
const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')

/** Signs the claims every subject signs. */
export function signRaw(): string {
  const iat = Math.floor(Date.now() / 1000)
  const claims = { documentId, scopes, tenantId, user, iat, exp: iat + 3600, ver: '1.0', jti: randomUUID() }
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

/** Compares the signature and reads the claims, and checks nothing else. */
export function verifyRaw(token: string): unknown {
  const [head, payload = '', signature = ''] = token.split('.')
  const expected = createHmac('sha256', key).update(`${head}.${payload}`).digest()
  if (!timingSafeEqual(expected, Buffer.from(signature, 'base64url'))) throw new Error('signature')
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}
