/**
 * Claims to an identity: by exact name, never by likeness.
 */

import { createHash } from 'node:crypto'
import type { JsonObject } from '@latchkey/common'
import { tokenError } from '../errors.ts'
import { readShownName } from '../shown-name.ts'
import type { VerifiedIdentity } from './identity-provider.ts'

/** The identity behind the tokens of an Entra directory: its key is the object id. */
export function readDirectoryIdentity(claims: JsonObject, issuer: string): VerifiedIdentity {
  const id = textClaim(claims, 'oid') ?? textClaim(claims, 'sub')
  if (id === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw tokenError('subject')
  // A directory's addresses are its own; only where it says that one is not verified, it is not.
  return describe(claims, { issuer, subject: id.toLowerCase() }, id.toLowerCase(), true)
}

/**
 * The identity behind the tokens of any other provider: a hash of issuer and subject. An address counts where the issuer
 * says that it is verified (OpenID Connect Core 5.1: `email_verified`), and not where it says nothing.
 */
export function readSubjectIdentity(claims: JsonObject, issuer: string): VerifiedIdentity {
  const subject = textClaim(claims, 'sub')
  if (subject === undefined || subject.length > 255) throw tokenError('subject')
  return describe(claims, { issuer, subject }, personIdOf(issuer, subject), false)
}

/** The person's id where there is no directory: 43 characters that Cosmos takes as a partition. */
export function personIdOf(issuer: string, subject: string): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('base64url')
}

function describe(
  claims: JsonObject,
  subject: VerifiedIdentity['subject'],
  id: string,
  isVerifiedUnsaid: boolean,
): VerifiedIdentity {
  const email = emailOf(claims, isVerifiedUnsaid)
  const candidates = [textClaim(claims, 'name'), textClaim(claims, 'given_name'), email?.split('@')[0]]
  const name = candidates.map(readShownName).find((text) => text !== undefined) ?? 'Someone'
  const { iat } = claims
  return {
    subject,
    id,
    name,
    ...(email !== undefined && { email: email.toLowerCase() }),
    ...(typeof iat === 'number' && { issuedAtMs: iat * 1000 }),
  }
}

// An address that its issuer has not verified may be anybody's: people are found by address, so it counts as none.
function emailOf(claims: JsonObject, isVerifiedUnsaid: boolean): string | undefined {
  const { email_verified: verified = isVerifiedUnsaid, emails } = claims
  if (verified !== true && verified !== 'true') return undefined
  const [first] = Array.isArray(emails) ? emails : []
  return textClaim(claims, 'email') ?? (typeof first === 'string' ? first : undefined)
}

function textClaim(claims: JsonObject, name: string): string | undefined {
  const value = claims[name]
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}
