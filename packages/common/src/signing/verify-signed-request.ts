/**
 * Verifies signed requests, as a service does.
 */

import { createMac, hashBase64 } from '#sha256'
import { decodeBase64 } from '../base64.ts'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import { parseAccessKey } from './access-key.ts'
import { formatStringToSign, signedHeaderNames } from './string-to-sign.ts'

/** Why a request is not accepted as signed. Tell the sender only that it was refused. */
export type SignatureRefusal =
  /** No `authorization` header, or not the scheme `HMAC-SHA256`. */
  | 'ERR_SIGNATURE_MISSING'
  /** `authorization` has the scheme but not the form, or a signed header is missing or repeated. */
  | 'ERR_SIGNATURE_MALFORMED'
  /** No key makes this signature for this method, target, date, host and content hash. */
  | 'ERR_SIGNATURE_MISMATCH'
  /** The signature is right, but the date is further from now than allowed. */
  | 'ERR_SIGNATURE_DATE'
  /** The signature is right, but for another body. */
  | 'ERR_SIGNATURE_CONTENT'

/** What {@link verifySignedRequest} found. */
export type SignatureVerdict =
  | {
      readonly ok: true
      /** Which of the keys made the signature. */
      readonly keyIndex: number
      readonly signedOn: Date
    }
  | { readonly ok: false; readonly reason: SignatureRefusal }

/** A request as a server received it. */
export interface ReceivedRequest {
  readonly method: string
  /** The request target exactly as it stood on the wire: path and query, still encoded. */
  readonly target: string
  /** `Headers`, or anything that returns `null` or `undefined` for a header that was not sent. */
  readonly headers: { get(name: string): string | null | undefined }
  readonly body: Uint8Array<ArrayBuffer>
}

/** Options of {@link verifySignedRequest}. */
export interface VerifySignedRequestOptions {
  /** The access keys in force, in base64; usually a primary and a secondary one. */
  readonly keys: readonly string[]
  /** Default: the system clock. */
  readonly clock?: Clock
  /** How far `x-ms-date` may lie from now, both ways. Default 900. */
  readonly maxSkewSeconds?: number
}

/**
 * Verifies the signature of a received request: form, signature in constant time, date, content.
 *
 * It does not refuse a repeated request: real clients send the same signature again when they retry.
 *
 * @throws {@link LatchkeyError} `ERR_ACCESS_KEY` when one of the keys is not base64; never for what a sender wrote.
 */
export async function verifySignedRequest(
  request: ReceivedRequest,
  options: VerifySignedRequestOptions,
): Promise<SignatureVerdict> {
  const { clock = systemClock, keys, maxSkewSeconds = 900 } = options
  const authorization = request.headers.get('authorization') ?? ''
  if (!authorization.startsWith('HMAC-SHA256 ')) return refuse('ERR_SIGNATURE_MISSING')
  const signature = parseAuthorization(authorization)
  const date = request.headers.get('x-ms-date') ?? ''
  const host = request.headers.get('host') ?? ''
  const contentHash = request.headers.get('x-ms-content-sha256') ?? ''
  const signedAtMs = parseHttpDate(date)
  if (signature === undefined || signedAtMs === undefined || host === '' || contentHash === '') {
    return refuse('ERR_SIGNATURE_MALFORMED')
  }
  const { body, method, target } = request
  const text = formatStringToSign({ method, target, date, host, contentHash })
  const verdicts = await Promise.all(
    keys.map(async (key) => createMac(parseAccessKey(key)).verify(text, signature)),
  )
  const keyIndex = verdicts.indexOf(true)
  if (keyIndex < 0) return refuse('ERR_SIGNATURE_MISMATCH')
  if (Math.abs(clock.now() - signedAtMs) > maxSkewSeconds * 1000) return refuse('ERR_SIGNATURE_DATE')
  if ((await hashBase64(body)) !== contentHash) return refuse('ERR_SIGNATURE_CONTENT')
  return { ok: true, keyIndex, signedOn: new Date(signedAtMs) }
}

function refuse(reason: SignatureRefusal): SignatureVerdict {
  return { ok: false, reason }
}

function parseAuthorization(authorization: string): Uint8Array<ArrayBuffer> | undefined {
  const head = `HMAC-SHA256 SignedHeaders=${signedHeaderNames}&Signature=`
  // 44 characters of base64 hold the 32 bytes of a code.
  if (!authorization.startsWith(head) || authorization.length !== head.length + 44) return undefined
  const signature = decodeBase64(authorization.slice(head.length))
  return signature?.length === 32 ? signature : undefined
}

// Only the form the date is sent in (RFC 9110 section 5.6.7, IMF-fixdate); Date.parse alone takes almost anything.
function parseHttpDate(text: string): number | undefined {
  const ms = text.length === 29 ? Date.parse(text) : Number.NaN
  return Number.isFinite(ms) && new Date(ms).toUTCString() === text ? ms : undefined
}
