/**
 * The addresses of a tenant without a policy: Entra's own, and those of External ID.
 */

import type { EntraAddress } from '../address.ts'
import { answerAuthorize } from '../authorize/authorize-endpoint.ts'
import { interactionAnswers } from '../authorize/interaction.ts'
import { answerLogout } from '../b2c/logout.ts'
import type { EntraContext } from '../entra-context.ts'
import { openToLocalPages, openToPages } from '../open-to-pages.ts'
import { describeTenant, tenantKeys } from './metadata.ts'
import { answerNative } from './native-authentication.ts'
import { createTenantRealm } from './tenant-realm.ts'
import { answerTenantToken } from './token-endpoint.ts'

/** Answers a request to a tenant; `undefined` when there is nothing there. */
export async function answerTenant(
  context: EntraContext,
  address: EntraAddress,
  request: Request,
): Promise<Response | undefined> {
  const { directory, path } = address
  switch (path) {
    case 'v2.0/.well-known/openid-configuration':
      return openToPages(Response.json(describeTenant(context, address)))
    case 'discovery/v2.0/keys':
      return openToPages(Response.json(await tenantKeys(context, address)))
    case 'oauth2/v2.0/token':
      return openToLocalPages(request, () => answerTenantToken(context, directory, request))
    default:
      // People sign in to B2C through its policies only.
      return directory.name === 'external-id' ? answerExternal(context, address, request) : undefined
  }
}

async function answerExternal(
  context: EntraContext,
  address: EntraAddress,
  request: Request,
): Promise<Response | undefined> {
  const { directory, path } = address
  switch (path) {
    case 'oauth2/v2.0/authorize':
      return answerAuthorize(createTenantRealm(context, address), request)
    case 'oauth2/v2.0/interaction':
      return interactionAnswers[request.method]?.(createTenantRealm(context, address), request)
    case 'oauth2/v2.0/logout':
      return answerLogout(context, request)
    case 'oauth2/v2.0/initiate':
      return answerNative(context, directory, 'initiate', request)
    case 'oauth2/v2.0/challenge':
      return answerNative(context, directory, 'challenge', request)
    default:
      return undefined
  }
}
