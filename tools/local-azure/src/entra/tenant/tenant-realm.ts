/**
 * The External ID tenant as a place to sign in.
 */

import type { EntraAddress } from '../address.ts'
import type { AuthorizeFault, Realm } from '../authorize/realm.ts'
import type { EntraContext } from '../entra-context.ts'
import type { EntraErrorNumber } from './error-table.ts'
import { EntraError } from './errors.ts'
import type { TenantCodeGrant } from './grants/authorization-code.ts'
import { parseTenantScopes } from './issue.ts'

const numbers: Readonly<Record<AuthorizeFault, EntraErrorNumber>> = {
  cancelled: 65_004,
  'challenge-method': 9_002_313,
  'challenge-missing': 9_002_325,
  'client-missing': 900_144,
  'client-unknown': 700_016,
  'forgot-password': 65_004,
  'implicit-disabled': 700_054,
  'login-required': 50_058,
  'no-sign-in': 9_002_313,
  'nonce-missing': 900_144,
  'openid-missing': 70_011,
  prompt: 9_002_332,
  'redirect-missing': 900_971,
  'redirect-unregistered': 50_011,
  'response-mode': 550_022,
  'response-type': 700_051,
}

const facts: Partial<Record<AuthorizeFault, string>> = {
  'client-missing': 'client_id',
  'nonce-missing': 'nonce',
}

const codeLifetimeSeconds = 600

/** The tenant as a place to sign in, reached at `address`. */
export function createTenantRealm(context: EntraContext, { directory, origin, tenant }: EntraAddress): Realm {
  return {
    context,
    directory,
    base: `${origin}/${tenant}`,
    query: '',
    journeys: ['sign-in', 'sign-up'],
    forgottenPassword: 'on-page',
    fault: (kind, ...given) => new EntraError(numbers[kind], given.length > 0 ? given : [facts[kind] ?? '']),
    checkScopes: (_application, scope) => void parseTenantScopes(context, directory, scope),
    complete: async (request, application, { account }) => {
      const { challenge, nonce, redirectUri, scope } = request
      const now = context.nowSeconds()
      const grant: TenantCodeGrant = {
        tenantId: directory.tenantId,
        clientId: application.clientId,
        objectId: account.objectId,
        redirectUri,
        scope,
        authTime: now,
        ...(nonce === undefined ? {} : { nonce }),
        ...(challenge ? { challenge } : {}),
      }
      return { code: await context.seal.close('code', grant, codeLifetimeSeconds) }
    },
  }
}
