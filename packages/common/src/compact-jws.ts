/**
 * The form of a compact JSON Web Signature, judged before any cryptography.
 *
 * RFC 7515 section 7.1 allows one spelling of a token; libraries accept several (spaces, padding, non-canonical last
 * bits), which lets one token pass as two. {@link parseCompactJws} accepts only the one spelling, and only a header and
 * a payload that are JSON objects. It says nothing about who signed the token.
 */

import { decodeBase64Url, decodeUtf8 } from './base64.ts'
import { LatchkeyError } from './errors.ts'

/** Why a text is not a compact JWS. */
export type CompactJwsErrorCode = 'ERR_JWS_TOO_LARGE' | 'ERR_JWS_MALFORMED'

/** A JSON object of unknown content. */
export type JsonObject = { readonly [name: string]: unknown }

/** The parts of a compact JWS; nothing in it is proven until the signature is verified. */
export interface CompactJws {
  readonly header: JsonObject
  readonly payload: JsonObject
  /** What the signature covers: the first two segments with their dot, as ASCII. */
  readonly signingInput: string
  readonly signature: Uint8Array<ArrayBuffer>
}

/** The longest token read, in characters. */
export const maxCompactJwsLength = 8_192

/**
 * Takes a compact JWS apart.
 *
 * @throws {@link LatchkeyError} `ERR_JWS_TOO_LARGE` for more than 8,192 characters; `ERR_JWS_MALFORMED` for anything
 *   that is not exactly three canonical base64url segments of which the first two are JSON objects in strict UTF-8
 *   with no member named twice.
 */
export function parseCompactJws(token: string): CompactJws {
  if (typeof token !== 'string') throw malformed('type')
  if (token.length > maxCompactJwsLength) {
    const code = 'ERR_JWS_TOO_LARGE'
    throw new LatchkeyError<CompactJwsErrorCode>('The token is too long', {
      code,
      details: { length: token.length },
    })
  }
  const [headerText, payloadText, signatureText, ...rest] = token.split('.')
  if (!headerText || !payloadText || signatureText === undefined || rest.length > 0)
    throw malformed('segments')
  const signature = decodeBase64Url(signatureText)
  if (signature === undefined) throw malformed('signature')
  return {
    header: parseSegment(headerText, 'header'),
    payload: parseSegment(payloadText, 'payload'),
    signingInput: `${headerText}.${payloadText}`,
    signature,
  }
}

function parseSegment(segment: string, part: string): JsonObject {
  const bytes = decodeBase64Url(segment)
  const text = bytes && decodeUtf8(bytes)
  if (text === undefined) throw malformed(part)
  let members = 0
  let value: unknown
  try {
    value = JSON.parse(text, (_name, member: unknown) => {
      members += countMembers(member)
      return member
    })
  } catch {
    throw malformed(part)
  }
  if (!isJsonObject(value) || members !== countNames(text)) throw malformed(part)
  return value
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function countMembers(value: unknown): number {
  return isJsonObject(value) ? Object.keys(value).length : 0
}

// In valid JSON a string followed by a colon is a member name; JSON.parse keeps one of two equal names, so the counts
// differ exactly when a name appears twice in one object.
function countNames(json: string): number {
  let names = 0
  for (const match of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (match[1] !== undefined) names += 1
  return names
}

function malformed(part: string): LatchkeyError<CompactJwsErrorCode> {
  return new LatchkeyError('The token is not a compact JWS', { code: 'ERR_JWS_MALFORMED', details: { part } })
}
