/**
 * Synchronous signing, in Node only, for HTTP clients that add headers synchronously.
 *
 * @module
 */

import { systemClock } from './clock.ts'
import { parseAccessKey } from './signing/access-key.ts'
import { parseBytes } from './signing/body.ts'
import { createSyncMac, hashBase64Sync } from './signing/sha256-node.ts'
import type { SignerOptions } from './signing/signer.ts'
import type { SignableRequest, SignatureHeaders } from './signing/string-to-sign.ts'
import { formatAuthorization, formatStringToSign } from './signing/string-to-sign.ts'

/** Returns the headers to add to a request. */
export type SyncHeaderSigner = (request: SignableRequest) => SignatureHeaders

/**
 * Makes a function that returns the signature headers of a request synchronously.
 *
 * @param accessKey - Base64, as the portal shows it.
 * @throws {@link LatchkeyError} `ERR_ACCESS_KEY` for an empty key or one that is not canonical base64; while signing,
 *   `ERR_SIGN_BODY` for a body that is neither text nor bytes.
 */
export function createSyncHeaderSigner(accessKey: string, options: SignerOptions = {}): SyncHeaderSigner {
  const { clock = systemClock } = options
  const mac = createSyncMac(parseAccessKey(accessKey))
  return ({ body, method, url }) => {
    const { host, pathname, search } = new URL(url)
    const date = new Date(clock.now()).toUTCString()
    const contentHash = hashBase64Sync(parseBytes(body))
    const parts = { method: method.toUpperCase(), target: pathname + search, date, host, contentHash }
    const authorization = formatAuthorization(mac.sign(formatStringToSign(parts)))
    return { host, 'x-ms-date': date, 'x-ms-content-sha256': contentHash, authorization }
  }
}
