/**
 * The keys of a JSON Web Key Set (RFC 7517) that may verify tokens, each for the algorithms it is for and for no other
 * (RFC 8725bis section 3.1).
 */

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { asObject } from '../upstream-request.ts'

/** A key, and what it verifies. */
export interface ProviderKey {
  readonly key: KeyObject
  readonly algorithms: readonly string[]
}

/** Every algorithm that a provider may sign with: none without a public key. */
export const signatureAlgorithms: readonly string[] = [
  ...['RS256', 'RS384', 'RS512'],
  ...['PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'Ed25519'],
]

/** The keys by kid; what is not for signatures, too weak or unreadable is left out. */
export function readKeys(body: unknown): ReadonlyMap<string, ProviderKey> {
  const { keys } = asObject(body)
  const found = new Map<string, ProviderKey>()
  for (const entry of Array.isArray(keys) ? keys.slice(0, 100) : []) {
    const { kid, use, ...jwk } = asObject(entry)
    const algorithms = algorithmsOf(jwk)
    if (typeof kid !== 'string' || (use !== undefined && use !== 'sig') || algorithms.length === 0) continue
    const key = readPublicKey(jwk)
    if (key) found.set(kid, { key, algorithms })
  }
  return found
}

// A key that says its algorithm is for that one. One that does not is for those that its kind and its curve leave; of RSA
// that is the older padding, which is what providers without `alg` sign with.
function algorithmsOf({ kty, crv, alg }: Readonly<Record<string, unknown>>): readonly string[] {
  const possible = possibleAlgorithms[`${kty} ${kty === 'RSA' ? '' : crv}`.trim()] ?? []
  if (alg === undefined) return possible.filter((name) => !name.startsWith('PS'))
  // Two names of one algorithm (RFC 9864).
  if (alg === 'EdDSA' || alg === 'Ed25519') return possible.includes(alg) ? possible : []
  return possible.filter((name) => name === alg)
}

const possibleAlgorithms: Readonly<Record<string, readonly string[]>> = {
  RSA: signatureAlgorithms.filter((name) => /^[RP]S/.test(name)),
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'EC P-521': ['ES512'],
  'OKP Ed25519': ['EdDSA', 'Ed25519'],
}

function readPublicKey({ kty, crv, x, y, n, e }: Readonly<Record<string, unknown>>): KeyObject | undefined {
  try {
    // Public members only, whatever else was published.
    const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined)
    const key = createPublicKey({ key: Object.fromEntries(members) as JsonWebKey, format: 'jwk' })
    const { modulusLength } = key.asymmetricKeyDetails ?? {}
    return modulusLength === undefined || modulusLength >= 2048 ? key : undefined
  } catch {
    // A key nobody can read verifies nothing.
    return undefined
  }
}
