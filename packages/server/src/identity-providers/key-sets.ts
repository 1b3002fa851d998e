/**
 * The signing keys of an identity provider, by kid.
 *
 * Keys are kept for a day and used on while the provider does not answer. An unknown kid leads to one request for all
 * who ask, and to at most one in 30 seconds, so that made-up tokens cannot make us call the provider.
 */

import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Clock } from '@latchkey/common'
import { tokenError } from '../errors.ts'
import { singleFlight } from '../single-flight.ts'
import { asObject, type Fetch, requestUpstream, upstreamFailure } from '../upstream-request.ts'

/** Finds keys. */
export interface KeySet {
  /** @throws `ERR_SERVER_TOKEN` with reason `unknown_key`. */
  find(kid: string): Promise<KeyObject>
}

const keepMs = 24 * 3_600_000
const cooldownMs = 30_000
const kidForm = /^[A-Za-z0-9_.=-]{1,128}$/

/** Makes the key set at the address that `jwksUri` answers. */
export function createKeySet(
  jwksUri: () => Promise<string>,
  options: { readonly fetch: Fetch; readonly clock: Clock },
): KeySet {
  const { fetch, clock } = options
  let keys: ReadonlyMap<string, KeyObject> = new Map()
  let loadedAtMs = Number.NEGATIVE_INFINITY
  let askedAtMs = Number.NEGATIVE_INFINITY
  const load = singleFlight(async () => {
    askedAtMs = clock.now()
    const answer = await requestUpstream({ fetch, service: 'identity provider' }, await jwksUri())
    if (answer.status !== 200) throw upstreamFailure('identity provider', answer)
    keys = readKeys(answer.body)
    loadedAtMs = clock.now()
  })
  return {
    find: async (kid) => {
      if (!kidForm.test(kid)) throw tokenError('unknown_key')
      const known = keys.get(kid)
      if (known && clock.now() - loadedAtMs < keepMs) return known
      const mayAsk = clock.now() - askedAtMs >= cooldownMs || keys.size === 0
      if (mayAsk)
        await load().catch((error: unknown) => {
          // An unreachable provider must not end what was verified with the keys we have.
          if (!known) throw error
        })
      const key = keys.get(kid)
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
