/**
 * The signing keys of an identity provider, by kid.
 *
 * They are kept as {@link createKeptDocument} says, so that made-up tokens cannot make us call the provider, and an answer
 * without a key in it takes none away.
 */

import type { Clock } from '@latchkey/common'
import { serverError, tokenError } from '../errors.ts'
import { type Fetch, requestUpstream, upstreamFailure } from '../upstream-request.ts'
import { createKeptDocument } from './kept-document.ts'
import { type ProviderKey, readKeys } from './provider-keys.ts'

/** Finds keys. */
export interface KeySet {
  /** @throws `ERR_SERVER_TOKEN` with reason `unknown_key`; `ERR_SERVER_UPSTREAM` when the keys cannot be had. */
  find(kid: string): Promise<ProviderKey>
}

// Base64 in either alphabet, URLs, dates: issuers name their keys as they like.
const kidForm = /^[\x21-\x7e]{1,256}$/

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
