/**
 * Redeeming an authorization code: once, within ten minutes, by whoever asked for it.
 */

import { type CodeChallenge, isCodeVerifier, matchesChallenge } from '../../grants/pkce.ts'
import { B2cError } from '../errors.ts'
import { issueTokens } from '../issue.ts'
import { parseScopes } from '../scopes.ts'
import { authenticate, require, type TokenRequest } from '../token-request.ts'
import { describeGrant } from './grant-answer.ts'
import { accountOf, assertGrant } from './grant-checks.ts'

/** How long a code lives. */
export const codeLifetimeSeconds = 600

/** What an authorization code stands for. */
export interface CodeGrant {
  readonly policy: string
  readonly clientId: string
  readonly objectId: string
  readonly redirectUri: string
  readonly scope: string
  readonly authTime: number
  readonly nonce?: string
  readonly challenge?: CodeChallenge
  readonly newUser?: boolean
}

/** Answers `grant_type=authorization_code`. */
export async function redeemCode(request: TokenRequest): Promise<object> {
  const { application, context, form, policy } = request
  const grant = await context.seal.open<CodeGrant>('code', require(form, 'code'))
  assertGrant(request, grant)
  const redirectUri = require(form, 'redirect_uri')
  if (redirectUri !== grant.redirectUri) {
    throw new B2cError('AADB2C90006', redirectUri, application.clientId)
  }
  const confidential = application.kind === 'web'
  authenticate(request, confidential)
  checkVerifier(grant.challenge, form.get('code_verifier'))
  // Spent last: a client whose secret or verifier was wrong has not had its one use.
  if (!context.spent.spend(grant.id, grant.expiresAt)) throw new B2cError('AADB2C90129')
  const account = accountOf(request, grant)
  const scopes = parseScopes(context, application, form.get('scope') ?? grant.scope)
  const { authTime, newUser, nonce } = grant
  const issued = await issueTokens(
    context,
    {
      policy,
      application,
      account,
      scopes,
      authTime,
      confidential,
      passwordGrant: false,
      ...(nonce === undefined ? {} : { nonce }),
      ...(newUser === undefined ? {} : { newUser }),
    },
    { idToken: true, refreshToken: true },
  )
  return describeGrant(request, account, scopes, issued)
}

function checkVerifier(challenge: CodeChallenge | undefined, verifier: string | undefined): void {
  if (!challenge) {
    // A verifier nobody asked for means that somebody took the challenge out on the way (RFC 9700 section 2.1.1).
    if (verifier !== undefined) throw new B2cError('AADB2C90183')
    return
  }
  if (verifier === undefined) throw new B2cError('AADB2C90083', 'code_verifier')
  if (!isCodeVerifier(verifier)) throw new B2cError('AADB2C90183')
  if (!matchesChallenge(verifier, challenge)) throw new B2cError('AADB2C90182')
}
