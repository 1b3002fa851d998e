/**
 * Our access token: a short-lived JWT (RFC 9068) that says who, in which role and under which session.
 *
 * Verifying one costs no I/O, which is what lets a request for resource tokens cost one Cosmos call and nothing else.
 */

import { type Clock, parseCompactJws } from '@latchkey/common'
import { jwtVerify, SignJWT } from 'jose'
import { reasonOf, tokenError } from '../errors.ts'
import type { Person } from '../person.ts'
import type { Random } from '../random.ts'
import type { SigningKeys } from './signing-keys.ts'

/** What signs and verifies access tokens. */
export interface AccessTokens {
  readonly lifetimeSeconds: number
  sign(person: Person): Promise<{ readonly token: string; readonly expiresOn: Date }>
  /** @throws `ERR_SERVER_TOKEN` for every refusal. */
  verify(token: string): Promise<Person>
}

export interface AccessTokenOptions {
  readonly keys: SigningKeys
  /** Both `iss` and `aud`. */
  readonly issuer: string
  readonly lifetimeSeconds: number
  readonly clock: Clock
  readonly random: Random
}

/** Makes the signer and verifier of access tokens. */
export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { keys, issuer, lifetimeSeconds, clock, random } = options
  return {
    lifetimeSeconds,
    sign: async (person) => {
      const issuedAt = Math.floor(clock.now() / 1000)
      const expiresAt = issuedAt + lifetimeSeconds
      const token = await new SignJWT({
        idp: { iss: person.subject.issuer, sub: person.subject.subject },
        name: person.name,
        role: person.role,
        client_id: issuer,
        ...(person.sid !== undefined && { sid: person.sid }),
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.current.kid })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(person.id)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(random.uuid())
        .sign(keys.current.privateKey)
      return { token, expiresOn: new Date(expiresAt * 1000) }
    },
    verify: async (token) => {
      try {
        // jose accepts more than one spelling of a token; this refuses all but one before any cryptography.
        parseCompactJws(token)
        const { payload } = await jwtVerify(
          token,
          ({ kid = '' }) => {
            const key = keys.publicKey(kid)
            if (!key) throw tokenError('unknown_key')
            return key
          },
          {
            algorithms: ['EdDSA'],
            typ: 'at+jwt',
            issuer,
            audience: issuer,
            currentDate: new Date(clock.now()),
            requiredClaims: ['sub', 'exp', 'iat', 'jti'],
          },
        )
        return readPerson(payload)
      } catch (error) {
        // Never as the cause: jose's errors carry the claims.
        throw tokenError(reasonOf(error))
      }
    },
  }
}

function readPerson(payload: Readonly<Record<string, unknown>>): Person {
  const { sub, idp, name, role, sid } = payload
  if (typeof idp !== 'object' || idp === null) throw tokenError('claims')
  const { iss, sub: subject } = idp as Readonly<Record<string, unknown>>
  return {
    id: text(sub),
    subject: { issuer: text(iss), subject: text(subject) },
    name: text(name),
    role: text(role),
    ...(sid !== undefined && { sid: text(sid) }),
  }
}

function text(claim: unknown): string {
  if (typeof claim !== 'string') throw tokenError('claims')
  return claim
}
