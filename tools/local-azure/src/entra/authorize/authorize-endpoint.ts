/**
 * The authorize endpoint: shows the page a journey begins with.
 */

import { parseParameters, readForm } from '../grants/form.ts'
import { renderErrorPage } from '../pages/error-page.ts'
import { pageResponse } from '../pages/page-response.ts'
import { refuseClient } from './answer-client.ts'
import { isOAuthError, parseAuthorizeRequest, RedirectableError } from './authorize-request.ts'
import { showPage } from './interaction-page.ts'
import type { Realm } from './realm.ts'
import { browserOf } from './transaction.ts'

/** Answers `GET` and `POST .../oauth2/v2.0/authorize`. */
export async function answerAuthorize(realm: Realm, request: Request): Promise<Response> {
  const { clock } = realm.context.host
  try {
    const parameters =
      request.method === 'POST' ? await readForm(request) : parseParameters(new URL(request.url).searchParams)
    const [journey] = realm.journeys
    if (!parameters || !journey) throw realm.fault('no-sign-in')
    const authorizeRequest = parseAuthorizeRequest(realm, parameters)
    const { browser, headers } = browserOf(request)
    const transaction = { request: authorizeRequest, base: realm.base, browser }
    return await showPage(realm, transaction, { journey }, 200, headers)
  } catch (error) {
    if (error instanceof RedirectableError) return refuseClient(error.address, error.reason, clock)
    if (isOAuthError(error)) return pageResponse(renderErrorPage(error.describe(clock)), 400)
    throw error
  }
}
