/**
 * Sign-in by password at the token endpoint (ROPC).
 *
 * B2C treats the client as a public one: a secret is neither asked for nor looked at.
 */

import type { Account } from '../../directory/account.ts'
import type { Accounts } from '../../directory/accounts.ts'
import { words } from '../../grants/form.ts'
import { B2cError } from '../errors.ts'
import { issueTokens } from '../issue.ts'
import { parseScopes } from '../scopes.ts'
import { require, type TokenRequest } from '../token-request.ts'
import { describeClient } from './grant-answer.ts'

/** Answers `grant_type=password`. */
export async function grantByPassword(request: TokenRequest): Promise<object> {
  const { application, context, form, policy } = request
  if (!policy.journeys.includes('password-grant') || !application.passwordGrant)
    throw new B2cError('AADB2C90224')
  const username = require(form, 'username')
  const password = require(form, 'password')
  const scopes = parseScopes(context, application, form.get('scope'))
  const responseType = words(form.get('response_type') ?? 'token id_token')
  if (!responseType.every((word) => word === 'token' || word === 'id_token')) {
    throw new B2cError('AADB2C90013', responseType.join(' '))
  }
  const account = signIn(context.directories.b2c.accounts, username, password)
  // A replica that has not heard of the person yet.
  if (!context.lag.isVisible(account)) throw new B2cError('AADB2C99002')
  const issued = await issueTokens(
    context,
    {
      policy,
      application,
      account,
      scopes,
      authTime: context.nowSeconds(),
      passwordGrant: true,
      confidential: false,
    },
    { idToken: responseType.includes('id_token'), refreshToken: true },
  )
  return {
    access_token: issued.accessToken,
    token_type: 'Bearer',
    // A string here and nowhere else.
    expires_in: String(issued.expiresIn),
    refresh_token: issued.refreshToken,
    id_token: issued.idToken,
    ...describeClient(request, account),
  }
}

function signIn(accounts: Accounts, username: string, password: string): Account {
  const outcome = accounts.signIn(username, password)
  switch (outcome.kind) {
    case 'signed-in':
      return outcome.account
    case 'disabled':
      throw new B2cError('AADB2C90111')
    case 'locked':
      throw new B2cError('AADB2C90114')
    // Whoever tries names must not learn which of them exist.
    default:
      throw new B2cError('AADB2C90225')
  }
}
