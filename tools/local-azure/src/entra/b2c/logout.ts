/**
 * Signing out at a policy. There is no session to end; what is left is to go back to the application.
 */

import { isLocalUrl } from '@latchkey/common'
import type { EntraContext } from '../entra-context.ts'
import { parseParameters } from '../grants/form.ts'
import { renderErrorPage } from '../pages/error-page.ts'
import { html } from '../pages/html.ts'
import { layout } from '../pages/layout.ts'
import { pageResponse } from '../pages/page-response.ts'
import { B2cError } from './errors.ts'

/** Answers `GET .../oauth2/v2.0/logout`. */
export function answerLogout({ host }: EntraContext, request: Request): Response {
  const parameters = parseParameters(new URL(request.url).searchParams)
  const back = parameters?.get('post_logout_redirect_uri')
  if (back === undefined) {
    const page = html`<h1>You are signed out</h1><p class="for">This page can be closed.</p>`
    return pageResponse(layout('Signed out', page), 200)
  }
  const target = URL.parse(back)
  if (!target || !/^https?:$/.test(target.protocol) || !isLocalUrl(target)) {
    const error = new B2cError('AADB2C90067', back)
    return pageResponse(renderErrorPage(error.describe(host.clock)), 400)
  }
  const state = parameters?.get('state')
  if (state !== undefined) target.searchParams.set('state', state)
  return new Response(null, { status: 302, headers: { Location: target.href, 'Cache-Control': 'no-store' } })
}
