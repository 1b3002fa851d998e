/**
 * The answer to a redeemed code or refresh token, with numbers where the password grant has texts.
 */

import type { Account } from '../../directory/account.ts'
import { clientInfoFor } from '../../grants/client-info.ts'
import type { IssuedTokens } from '../issue.ts'
import type { RequestedScopes } from '../scopes.ts'
import type { TokenRequest } from '../token-request.ts'

/** The field `client_info`, in which a person is somebody else under each policy. */
export function describeClient(
  { context, form, policy }: TokenRequest,
  { objectId }: Account,
): { readonly client_info?: string } {
  const uid = `${objectId}-${policy.name.toLowerCase()}`
  return clientInfoFor(form, uid, context.directories.b2c.tenantId)
}

/** The fields of the answer; those without a token are left out. */
export function describeGrant(
  request: TokenRequest,
  account: Account,
  scopes: RequestedScopes,
  issued: IssuedTokens,
): object {
  const profile = {
    ver: '1.0',
    tid: request.context.directories.b2c.tenantId,
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
    ...describeClient(request, account),
  }
}
