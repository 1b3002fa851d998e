/**
 * Signing as a step of an Azure pipeline.
 */

import type { KeyCredential } from '../signing/access-key.ts'
import { readBody } from '../signing/body.ts'
import type { HeaderSigner, SignerOptions } from '../signing/signer.ts'
import { createHeaderSigner } from '../signing/signer.ts'
import type { PipelinePolicyLike } from './pipeline.ts'

/**
 * Makes a pipeline policy that signs every request that passes it.
 *
 * The signature covers the query as sent and the bytes of the body; a stream or Blob is read into memory. The service
 * refuses a signature that is some minutes old, so put the policy where each attempt passes it: a client's
 * `additionalPolicies: [{ policy, position: 'perRetry' }]`, or `pipeline.addPolicy(policy, { phase: 'Sign' })`. There it
 * signs over whatever the client's own policy has written.
 *
 * @param credential - The key is read anew for each request, so it may be exchanged.
 * @throws {@link LatchkeyError} `ERR_ACCESS_KEY` at once for an empty key or one that is not base64; `ERR_SIGN_BODY` while
 *   sending, for a body whose bytes are not known yet.
 */
export function createSigningPolicy(
  credential: KeyCredential,
  options: SignerOptions = {},
): PipelinePolicyLike {
  return createPolicy('LatchkeySigningPolicy', credential, options)
}

/**
 * {@link createSigningPolicy} under Azure's name, for code that swaps the import. A pipeline takes a name only once, so
 * this one cannot join the policy that an Azure client already has.
 */
export function createCommunicationAccessKeyCredentialPolicy(
  credential: KeyCredential,
  options: SignerOptions = {},
): PipelinePolicyLike {
  return createPolicy('CommunicationAccessKeyCredentialPolicy', credential, options)
}

function createPolicy(name: string, credential: KeyCredential, options: SignerOptions): PipelinePolicyLike {
  // parseAccessKey refuses what is no text.
  let key = credential?.key
  let sign: HeaderSigner = createHeaderSigner(key, options)
  return {
    name,
    async sendRequest(request, next) {
      if (credential.key !== key) {
        sign = createHeaderSigner(credential.key, options)
        key = credential.key
      }
      const { method, url } = request
      const body = typeof request.body === 'string' ? request.body : await readBody(request)
      const headers = await sign({ method, url, body })
      // What was read from a stream cannot be read again, and only what was signed may be sent.
      if (body !== undefined) request.body = body
      request.headers.set('Host', headers.host)
      request.headers.set('x-ms-date', headers['x-ms-date'])
      request.headers.set('x-ms-content-sha256', headers['x-ms-content-sha256'])
      request.headers.set('Authorization', headers.authorization)
      return next(request)
    },
  }
}
