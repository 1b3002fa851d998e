/**
 * The addresses of a B2C policy.
 */

import { answerAuthorize } from '../authorize/authorize-endpoint.ts'
import { interactionAnswers } from '../authorize/interaction.ts'
import type { EntraContext } from '../entra-context.ts'
import { openToLocalPages, openToPages } from '../open-to-pages.ts'
import { createB2cRealm } from './b2c-realm.ts'
import { answerLogout } from './logout.ts'
import { describePolicy, type PolicyAddress, policyKeys } from './metadata.ts'
import type { Policy } from './policies.ts'
import { answerToken } from './token-endpoint.ts'

/** Answers a request to `path` of a policy; `undefined` when there is nothing there. */
export async function answerB2c(
  context: EntraContext,
  policy: Policy,
  address: PolicyAddress,
  path: string,
  request: Request,
): Promise<Response | undefined> {
  const realm = (): ReturnType<typeof createB2cRealm> => createB2cRealm(context, policy, address)
  switch (path) {
    case 'v2.0/.well-known/openid-configuration':
      return openToPages(Response.json(describePolicy(context, policy, address)))
    case 'discovery/v2.0/keys':
      return openToPages(Response.json(await policyKeys(context, policy)))
    case 'oauth2/v2.0/token':
      return openToLocalPages(
        request,
        () => context.throttle.judge() ?? answerToken(context, policy, request),
      )
    case 'oauth2/v2.0/authorize':
      return context.throttle.judge() ?? answerAuthorize(realm(), request)
    case 'oauth2/v2.0/interaction':
      return interactionAnswers[request.method]?.(realm(), request)
    case 'oauth2/v2.0/logout':
      return answerLogout(context, request)
    default:
      return undefined
  }
}
