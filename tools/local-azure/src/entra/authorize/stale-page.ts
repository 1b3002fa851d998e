/**
 * The way on from a page that no longer counts: begin again, or go back to the application.
 */

import { pageResponse } from '../pages/page-response.ts'
import { renderStalePage } from '../pages/stale-page.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { interactionUrl } from './interaction-page.ts'
import type { Realm } from './realm.ts'
import { type FoundTransaction, sealTransaction } from './transaction.ts'
import type { Typed } from './typed.ts'

/** Shows what can be done instead of sending the page again. */
export async function showStalePage(
  realm: Realm,
  { state, transaction }: FoundTransaction,
  typed: Typed,
): Promise<Response> {
  const { context, directory } = realm
  const { base, browser, request } = transaction
  const application = context.applications.find(request.clientId, directory.name)
  const page = renderStalePage({
    application: application?.title ?? '',
    directory: directory.domain,
    startAgain: authorizeUrl(realm, request, typed.email),
    // Another browser's page may be anybody's: it sends nobody to the application.
    ...(state === 'expired' && {
      goBack: {
        action: interactionUrl(realm),
        // Not who had signed in on it: that has ended with the page.
        transaction: await sealTransaction(context, { base, browser, request }),
      },
    }),
  })
  return pageResponse(page, 400)
}

/** The address the sign-in began at; what stands in it is checked there like any other request. */
function authorizeUrl(realm: Realm, request: AuthorizeRequest, email = ''): string {
  const { challenge, loginHint, nonce, state } = request
  const url = new URL(`${realm.base}/oauth2/v2.0/authorize${realm.query}`)
  const parameters = {
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    response_type: request.responseTypes.join(' '),
    response_mode: request.responseMode,
    scope: request.scope,
    state,
    nonce,
    code_challenge: challenge?.challenge,
    code_challenge_method: challenge?.method,
    login_hint: email === '' ? loginHint : email,
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return url.href
}
