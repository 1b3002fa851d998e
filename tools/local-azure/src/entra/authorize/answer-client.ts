/**
 * Sends the outcome of a sign-in to the client, by query, fragment or form.
 */

import type { Clock } from '@latchkey/common'
import { renderFormPost } from '../pages/form-post-page.ts'
import { pageResponse } from '../pages/page-response.ts'
import type { ReturnAddress } from './authorize-request.ts'
import type { OAuthError } from './realm.ts'

/** Sends parameters to the client. */
export function answerClient(address: ReturnAddress, fields: Readonly<Record<string, string>>): Response {
  const { redirectUri, responseMode, state } = address
  const all = { ...fields, ...(state === undefined ? {} : { state }) }
  if (responseMode === 'form_post') {
    return pageResponse(renderFormPost(redirectUri, all), 200, { script: true })
  }
  const target = new URL(redirectUri)
  if (responseMode === 'fragment') target.hash = new URLSearchParams(all).toString()
  else for (const [name, value] of Object.entries(all)) target.searchParams.append(name, value)
  // 303: the page posted a password, which no redirect may carry along (RFC 9700 section 4.12).
  return new Response(null, {
    status: 303,
    headers: { Location: target.href, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
  })
}

/** Sends an error to the client. */
export function refuseClient(address: ReturnAddress, reason: OAuthError, clock: Clock): Response {
  return answerClient(address, { error: reason.error, error_description: reason.describe(clock) })
}
