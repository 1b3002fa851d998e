/**
 * The keys that sign our access tokens, and the key set that lets others verify them.
 *
 * A key is any secret of at least 32 bytes; an Ed25519 key pair (RFC 8037) is derived from it, so `openssl rand -base64
 * 32` makes one and there is no key file to convert. The first key signs, all of them verify.
 */

import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'
import { serverError } from '../errors.ts'
import type { NamedKey } from './key-ring.ts'

/** A public key as it stands in a JWK set (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly use: 'sig'
}

/** Signing and verifying keys. */
export interface SigningKeys {
  readonly current: { readonly kid: string; readonly privateKey: KeyObject }
  publicKey(kid: string): KeyObject | undefined
  readonly jwks: { readonly keys: readonly PublicJwk[] }
}

// The DER head of a PKCS #8 Ed25519 private key (RFC 8410 section 7); the 32-byte seed follows.
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Derives the key pairs. */
export function createSigningKeys(keys: readonly NamedKey[]): SigningKeys {
  const pairs = keys.map(({ kid, secret }) => {
    const seed = Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'latchkey access token', 32))
    const privateKey = createPrivateKey({
      key: Buffer.concat([pkcs8Head, seed]),
      format: 'der',
      type: 'pkcs8',
    })
    return { kid, privateKey, publicKey: createPublicKey(privateKey) }
  })
  const [current] = pairs
  if (!current) throw serverError('ERR_SERVER_SETTINGS', 'There is no signing key')
  const byKid = new Map(pairs.map((pair) => [pair.kid, pair.publicKey]))
  return {
    current,
    publicKey: (kid) => byKid.get(kid),
    jwks: {
      keys: pairs.map(({ kid, publicKey }) => {
        const x = String(publicKey.export({ format: 'jwk' }).x)
        return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' }
      }),
    },
  }
}
