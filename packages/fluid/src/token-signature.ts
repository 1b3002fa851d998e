/**
 * Whether a text is a token in its one right spelling, signed by one of the tenant's keys.
 *
 * HMAC tokens are malleable as text: libraries accept spaces, padding and stray last bits, so that one token passes as
 * several (RFC 8725bis 3.14). Segments, header and the spelling of the signature are therefore judged before any
 * cryptography; that the payload has its one spelling is judged as soon as it is read; and no claim is looked at before
 * the signature is verified.
 */

import { isLatchkeyError, type JsonObject, parseCompactJws } from '@latchkey/common'
import jsonwebtoken, { type VerifyOptions } from 'jsonwebtoken'
import type { AcceptedKeys } from './accepted-keys.ts'
import { refusedToken } from './errors.ts'
import { holdsPrototypeKey } from './text.ts'

/** The longest token read, in characters. */
export const maxTokenLength = 8_192

// {"alg":"HS256","typ":"JWT"} as every signer in use writes it, and with its members the other way round.
const usualHeaders: ReadonlySet<string> = new Set([
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
  'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9',
])

// 32 bytes, of which the last character carries four bits.
const signatureForm = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/**
 * Returns the claims of a token that one of `keys` signed; nothing about the claims themselves is checked yet.
 *
 * @throws `ERR_FLUID_TOKEN`
 */
export function readSignedClaims(token: unknown, keys: AcceptedKeys, nowMs: number): JsonObject {
  if (typeof token !== 'string') throw refusedToken('malformed')
  if (token.length > maxTokenLength) throw refusedToken('too_large')
  const payloadAt = token.indexOf('.') + 1
  const signatureAt = token.lastIndexOf('.') + 1
  const payload = token.slice(payloadAt, signatureAt - 1)
  if (payload === '' || payload.includes('.') || !signatureForm.test(token.slice(signatureAt)))
    throw refusedToken('malformed')
  if (!usualHeaders.has(token.slice(0, payloadAt - 1))) judgeHeader(token)
  const claims = verifySignature(token, keys, nowMs)
  const text = JSON.stringify(claims)
  if (!isEncoded(text, payload)) judgeForm(token)
  // Whoever merges additionalDetails into something must not be harmed by it.
  if (holdsPrototypeKey(text)) throw refusedToken('malformed')
  return claims
}

function verifySignature(token: string, keys: AcceptedKeys, nowMs: number): JsonObject {
  for (const { key, untilMs } of keys) {
    if (nowMs >= untilMs) continue
    const claims = verifyWith(token, key)
    if (claims !== undefined) return claims
  }
  throw refusedToken('signature')
}

// The times are judged afterwards, with reasons of their own, so that a forged token learns nothing from them.
const signatureOnly: VerifyOptions = { algorithms: ['HS256'], ignoreExpiration: true, ignoreNotBefore: true }

function verifyWith(token: string, key: AcceptedKeys[number]['key']): JsonObject | undefined {
  try {
    const claims: unknown = jsonwebtoken.verify(token, key, signatureOnly)
    return isObject(claims) ? claims : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Most tokens were written by JSON.stringify. A text that says the same again, byte for byte, has its one right
// base64url spelling, strict UTF-8 and no member twice; only another one needs the long way.
function isEncoded(text: string, segment: string): boolean {
  return Buffer.from(text).toString('base64url') === segment
}

function judgeForm(token: string): ReturnType<typeof parseCompactJws> {
  try {
    return parseCompactJws(token)
  } catch (error) {
    throw refusedToken(isLatchkeyError(error, 'ERR_JWS_TOO_LARGE') ? 'too_large' : 'malformed')
  }
}

// RFC 7515 4.1.11: an extension named in crit that is not understood must be refused; here none is.
function judgeHeader(token: string): void {
  const { alg, typ, kid = 'none', ...others } = judgeForm(token).header
  const isKeyId = typeof kid === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(kid)
  if (alg !== 'HS256' || typ !== 'JWT' || !isKeyId || Object.keys(others).length > 0)
    throw refusedToken('header')
}
