/**
 * The answer to a redeemed code or refresh token, with numbers where the password grant has texts.
 */

import type { Account } from '../../directory/account.ts'
import type { EntraContext } from '../../entra-context.ts'
import type { IssuedTokens } from '../issue.ts'
import type { RequestedScopes } from '../scopes.ts'

/** The fields of the answer; those without a token are left out. */
export function describeGrant(
  context: EntraContext,
  account: Account,
  scopes: RequestedScopes,
  issued: IssuedTokens,
): object {
  const profile = {
    ver: '1.0',
    tid: context.directories.b2c.tenantId,
    sub: null,
    name: account.displayName,
    preferred_username: null,
    idp: 'LocalAccount',
  }
  const access = {
    access_token: issued.accessToken,
    expires_in: issued.expiresIn,
    expires_on: issued.notBefore + issued.expiresIn,
    resource: scopes.resource,
  }
  return {
    ...(issued.accessToken === undefined ? {} : access),
    ...(issued.idToken === undefined
      ? {}
      : { id_token: issued.idToken, id_token_expires_in: issued.expiresIn }),
    token_type: 'Bearer',
    not_before: issued.notBefore,
    profile_info: Buffer.from(JSON.stringify(profile)).toString('base64url'),
    scope: scopes.text,
    ...(issued.refreshToken === undefined
      ? {}
      : { refresh_token: issued.refreshToken, refresh_token_expires_in: issued.refreshExpiresIn }),
  }
}
