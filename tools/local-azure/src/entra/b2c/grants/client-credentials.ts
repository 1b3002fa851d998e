/**
 * An application acting on its own, at a policy's endpoint.
 */

import { signToken } from '../../tokens.ts'
import { B2cError } from '../errors.ts'
import { keyOwnerOf, policyClaim } from '../policies.ts'
import { authenticate, require, type TokenRequest } from '../token-request.ts'

/** Answers `grant_type=client_credentials`; the scope is `{application}/.default`. */
export async function grantToClient(request: TokenRequest): Promise<object> {
  const { application, context, form, policy } = request
  if (application.secret === undefined) throw new B2cError('AADB2C90058')
  authenticate(request, true)
  const scope = require(form, 'scope')
  const { domain, tenantId } = context.directories.b2c
  const asked = scope.endsWith('/.default') ? scope.slice(0, -'/.default'.length) : ''
  const api = context.applications.find(asked.replace(`https://${domain}/`, ''), 'b2c')
  if (!api) throw new B2cError('AADB2C90117', scope)
  const claims = {
    ver: '1.0',
    iss: context.issuer(tenantId),
    sub: application.clientId,
    aud: api.clientId,
    azp: application.clientId,
    appid: application.clientId,
    tid: tenantId,
    roles: [],
    ...policyClaim(policy),
  }
  const owner = keyOwnerOf(policy)
  const holder = application.name
  const grants = [`resource ${api.clientId}`]
  const token = await signToken(context, { owner, claims, kind: 'B2C application token', holder, grants })
  const notBefore = context.nowSeconds()
  return {
    access_token: token,
    token_type: 'Bearer',
    not_before: notBefore,
    expires_in: 3_600,
    expires_on: notBefore + 3_600,
    resource: api.clientId,
  }
}
