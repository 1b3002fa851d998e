/**
 * The browser half: sign-in, the way back, sign-out. The page never sees a session token (RFC 10017, BFF).
 */

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { serverError } from '../../errors.ts'
import { endSession } from '../../flows/end-sessions.ts'
import { refuseInBrowser, signInBrowser } from '../../flows/sign-in.ts'
import type { AuthorizationRequest } from '../../identity-providers/identity-provider.ts'
import type { Parts } from '../../parts.ts'
import { escapeHtml } from '../escape-html.ts'
import { defineRoute, type Route } from '../route.ts'
import { parseReturnTo } from './return-to.ts'
import type { AwayPage, SignInState } from './sealed-state.ts'
import { formatSessionCookie, readSessionCookie } from './session-cookie.ts'
import { forgetSignIn, keepSignIn, readSignIn, signInSeconds, tellOthers } from './waiting-sign-ins.ts'

/** The routes of the browser half. */
export const browserRoutes: readonly Route[] = [
  defineRoute('auth', {
    method: 'GET',
    path: '/auth/sign-in',
    access: 'navigation',
    limit: 'signIn',
    summary: 'Sends the browser to the sign-in page',
    query: z.object({ returnTo: z.string().max(2_048).optional() }),
    answers: { 302: undefined },
    handle: ({ parts, query, request }) => {
      const former = formerCookie(request, parts.settings.publicUrl)
      return sendAway(parts, request, 'sign-in', { returnTo: parseReturnTo(query.returnTo), former })
    },
  }),

  defineRoute('auth', {
    method: 'GET',
    path: '/auth/callback',
    access: 'navigation',
    limit: 'signIn',
    summary: 'Receives the browser back from the sign-in page',
    query: z.object({
      code: z.string().max(8_192).optional(),
      state: z.string().max(512).optional(),
      error: z.string().max(256).optional(),
      error_description: z.string().max(8_192).optional(),
    }),
    answers: { 200: 'html', 302: undefined },
    errors: ['ERR_SERVER_GRANT', 'ERR_SERVER_TOKEN', 'ERR_SERVER_NO_PASSWORD_RESET'],
    handle: async ({ parts, context, query, request }) => {
      const { publicUrl } = parts.settings
      const { code, state = '' } = query
      const kept = readSignIn(parts, request, state)
      if (!kept) return refuseInBrowser(parts, context, 'state')
      const forget = forgetSignIn(parts, state)
      if (query.error !== undefined || kept.page === 'password-reset') {
        const next = pageAfter(kept.page, query.error, query.error_description)
        return next ? sendAway(parts, request, next, kept, [forget]) : moveOn(kept.returnTo, [forget])
      }
      if (code === undefined) return refuseInBrowser(parts, context, 'state')
      const redeem = () =>
        parts.provider.redeemCode({
          code,
          redirectUri: callbackOf(parts),
          codeVerifier: kept.codeVerifier,
          nonce: kept.nonce,
        })
      const { token, expiresOn } = await signInBrowser(parts, context, redeem, kept.former)
      const seconds = Math.floor((expiresOn.getTime() - parts.clock.now()) / 1000)
      const session = formatSessionCookie(publicUrl, token, seconds)
      return moveOn(kept.returnTo, [forget, session, ...tellOthers(parts, request, kept, token)])
    },
  }),

  defineRoute('auth', {
    method: 'POST',
    path: '/auth/sign-out',
    access: 'browser',
    limit: 'read',
    summary: "Ends this browser's session",
    answers: { 200: z.object({ signOutUrl: z.string().nullable() }) },
    handle: async ({ parts, context, person }) => {
      if (person?.sid !== undefined) await endSession(parts, context, person, person.sid)
      const { publicUrl } = parts.settings
      const signOutUrl = (await parts.provider.signOutUrl(publicUrl).catch(() => undefined)) ?? null
      return Response.json(
        { signOutUrl },
        { headers: { 'set-cookie': formatSessionCookie(publicUrl, '', 0) } },
      )
    },
  }),
]

/** The session cookie as far as one can be told: what is wrong with it keeps nobody from signing in. */
function formerCookie(request: Request, publicUrl: string): string | undefined {
  try {
    return readSessionCookie(request, publicUrl)
  } catch {
    return undefined
  }
}

async function sendAway(
  parts: Parts,
  browser: Request,
  page: AwayPage,
  { returnTo, former }: { readonly returnTo: string; readonly former?: string | undefined },
  cookies: readonly string[] = [],
): Promise<Response> {
  const { random, clock, provider } = parts
  const kept: SignInState = {
    page,
    state: random.token(32),
    nonce: random.token(32),
    codeVerifier: random.token(32),
    returnTo,
    // Longer ones are none of ours, and would burst the cookie.
    ...(former !== undefined && former.length <= 256 && { former }),
    expiresAtMs: clock.now() + signInSeconds * 1000,
  }
  const request: AuthorizationRequest = {
    redirectUri: callbackOf(parts),
    state: kept.state,
    nonce: kept.nonce,
    codeChallenge: createHash('sha256').update(kept.codeVerifier).digest('base64url'),
  }
  const location =
    page === 'sign-in' ? await provider.authorizationUrl(request) : await provider.passwordResetUrl?.(request)
  if (location === undefined)
    throw serverError('ERR_SERVER_NO_PASSWORD_RESET', 'There is no page to set a new password at')
  const all = [...keepSignIn(parts, browser, kept), ...cookies]
  return new Response(null, { status: 302, headers: withCookies({ location }, all) })
}

/** Where a person goes who did not come back signed in: to another page of the provider, or on without being signed in. */
function pageAfter(page: AwayPage, error: string | undefined, description = ''): AwayPage | undefined {
  // B2C's own word for it: its sign-in page leaves it to the app to know the policy that sets passwords.
  if (page === 'sign-in' && /^AADB2C90118\b/.test(description)) return 'password-reset'
  if (error !== undefined && error !== 'access_denied')
    throw serverError('ERR_SERVER_UPSTREAM', 'The identity provider failed', {
      reason: /^[a-z_]{1,64}$/.test(error) ? error : 'unknown',
    })
  // A new password, or a change of mind: both go on at the sign-in page. Cancelled there, on without it.
  return page === 'password-reset' ? 'sign-in' : undefined
}

function callbackOf(parts: Parts): string {
  return `${parts.settings.publicUrl}/auth/callback`
}

// A redirect would still count as coming from the provider's site and leave a SameSite=Strict cookie behind; a page of
// our own that moves on does not.
function moveOn(path: string, cookies: readonly string[]): Response {
  const target = escapeHtml(path)
  const page =
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signing in</title>' +
    `<meta http-equiv="refresh" content="0;url=${target}"></head>` +
    `<body><p><a href="${target}">Continue</a></p></body></html>`
  return new Response(page, { headers: withCookies({ 'content-type': 'text/html; charset=utf-8' }, cookies) })
}

function withCookies(others: Readonly<Record<string, string>>, cookies: readonly string[]): Headers {
  const headers = new Headers(others)
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return headers
}
