/**
 * A B2C policy as a place to sign in.
 */

import type { AuthorizeRequest } from '../authorize/authorize-request.ts'
import type { AuthorizeFault, Journey, Realm } from '../authorize/realm.ts'
import type { EntraContext } from '../entra-context.ts'
import type { B2cErrorCode } from './error-table.ts'
import { B2cError } from './errors.ts'
import { type CodeGrant, codeLifetimeSeconds } from './grants/authorization-code.ts'
import { issueTokens } from './issue.ts'
import type { PolicyAddress } from './metadata.ts'
import type { Policy } from './policies.ts'
import { parseScopes } from './scopes.ts'

const codes: Readonly<Record<AuthorizeFault, B2cErrorCode>> = {
  cancelled: 'AADB2C90091',
  'challenge-method': 'AADB2C90184',
  'challenge-missing': 'AADB2C99059',
  'client-missing': 'AADB2C90008',
  'client-unknown': 'AADB2C90018',
  'forgot-password': 'AADB2C90118',
  'implicit-disabled': 'AADB2C90057',
  'login-required': 'AADB2C90077',
  'no-sign-in': 'AADB2C90085',
  'nonce-missing': 'AADB2C90083',
  'openid-missing': 'AADB2C90110',
  prompt: 'AADB2C90043',
  'redirect-missing': 'AADB2C90083',
  'redirect-unregistered': 'AADB2C90006',
  'response-mode': 'AADB2C90014',
  'response-type': 'AADB2C90013',
}

const facts: Partial<Record<AuthorizeFault, string>> = {
  'nonce-missing': 'nonce',
  'redirect-missing': 'redirect_uri',
}

/** The policy as a place to sign in, reached at `address`. */
export function createB2cRealm(context: EntraContext, policy: Policy, address: PolicyAddress): Realm {
  const { inQuery, origin, tenant } = address
  const isJourney = (journey: Policy['journeys'][number]): journey is Journey => journey !== 'password-grant'
  return {
    context,
    directory: context.directories.b2c,
    base: inQuery ? `${origin}/${tenant}` : `${origin}/${tenant}/${policy.name.toLowerCase()}`,
    query: inQuery ? `?p=${policy.name.toLowerCase()}` : '',
    journeys: policy.journeys.filter(isJourney),
    forgottenPassword: 'tell-client',
    fault: (kind, ...given) => new B2cError(codes[kind], ...(given.length > 0 ? given : [facts[kind] ?? ''])),
    checkScopes: (application, scope) => {
      const { openid, resource } = parseScopes(context, application, scope)
      if (!openid && resource === undefined) throw new B2cError('AADB2C90115')
    },
    complete: (request, application, person) => complete(context, policy, request, application, person),
  }
}

async function complete(
  context: EntraContext,
  policy: Policy,
  request: AuthorizeRequest,
  application: Parameters<Realm['complete']>[1],
  { account, isNew }: Parameters<Realm['complete']>[2],
): Promise<Record<string, string>> {
  const { challenge, nonce, redirectUri, responseTypes, scope } = request
  const now = context.nowSeconds()
  const fields: Record<string, string> = {}
  const nonceField = nonce === undefined ? {} : { nonce }
  const newUser = isNew ? { newUser: true } : {}
  if (responseTypes.includes('code')) {
    const grant: CodeGrant = {
      policy: policy.name,
      clientId: application.clientId,
      objectId: account.objectId,
      redirectUri,
      scope,
      authTime: now,
      ...nonceField,
      ...newUser,
      ...(challenge ? { challenge } : {}),
    }
    fields['code'] = await context.seal.close('code', grant, codeLifetimeSeconds)
  }
  if (!responseTypes.some((type) => type !== 'code')) return fields
  const scopes = parseScopes(context, application, scope)
  const wantsAccess = responseTypes.includes('token')
  const { resource, ...identityOnly } = scopes
  const issued = await issueTokens(
    context,
    {
      policy,
      application,
      account,
      scopes: wantsAccess && resource !== undefined ? scopes : identityOnly,
      authTime: now,
      passwordGrant: false,
      confidential: false,
      ...nonceField,
      ...newUser,
    },
    {
      idToken: responseTypes.includes('id_token'),
      refreshToken: false,
      ...(fields['code'] === undefined ? {} : { code: fields['code'] }),
    },
  )
  if (issued.accessToken !== undefined) {
    fields['access_token'] = issued.accessToken
    fields['token_type'] = 'Bearer'
    fields['expires_in'] = String(issued.expiresIn)
    fields['scope'] = scopes.text
  }
  if (issued.idToken !== undefined) fields['id_token'] = issued.idToken
  return fields
}
