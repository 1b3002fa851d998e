/**
 * The signing keys of an identity provider, by kid.
 *
 * They are kept as {@link createKeptDocument} says, so that made-up tokens cannot make us call the provider, and an answer
 * without a key in it takes none away.
 */

import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import { serverError, tokenError } from '../errors.ts'
import { asObject, type Fetch, requestUpstream, upstreamFailure } from '../upstream-request.ts'
import { createKeptDocument } from './kept-document.ts'

/** Finds keys. */
export interface KeySet {
  /** @throws `ERR_SERVER_TOKEN` with reason `unknown_key`; `ERR_SERVER_UPSTREAM` when the keys cannot be had. */
  find(kid: string): Promise<KeyObject>
}

const kidForm = /^[A-Za-z0-9_.=-]{1,128}$/

/** Makes the key set at the address that `jwksUri` answers. */
export function createKeySet(
  jwksUri: () => Promise<string>,
  options: { readonly fetch: Fetch; readonly clock: Clock },
): KeySet {
  const document = createKeptDocument(async () => {
    const answer = await requestUpstream(
      { fetch: options.fetch, service: 'identity provider' },
      await jwksUri(),
    )
    if (answer.status !== 200) throw upstreamFailure('identity provider', answer)
    const keys = readKeys(answer.body)
    if (keys.size === 0) throw serverError('ERR_SERVER_UPSTREAM', 'The key set holds no usable key')
    return keys
  }, options.clock)
  return {
    find: async (kid) => {
      if (!kidForm.test(kid)) throw tokenError('unknown_key')
      const key = (await document.read()).get(kid) ?? (await document.renew()).get(kid)
      if (!key) throw tokenError('unknown_key')
      return key
    },
  }
}

function readKeys(body: unknown): ReadonlyMap<string, KeyObject> {
  const { keys } = asObject(body)
  const found = new Map<string, KeyObject>()
  for (const entry of Array.isArray(keys) ? keys.slice(0, 100) : []) {
    const jwk = asObject(entry)
    const { kid, kty, use, n, e } = jwk
    if (typeof kid !== 'string' || kty !== 'RSA' || (use !== undefined && use !== 'sig')) continue
    if (typeof n !== 'string' || typeof e !== 'string') continue
    try {
      const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' })
      if ((key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) found.set(kid, key)
    } catch {
      // A key nobody can read verifies nothing.
    }
  }
  return found
}
