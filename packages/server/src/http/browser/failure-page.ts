/**
 * What a person sees when signing in failed: the same status as the problem, in words, with a way on.
 */

import { errorAnswers, type ServerErrorCode } from '../../errors.ts'
import { escapeHtml } from '../escape-html.ts'
import { asServerError, headersOf } from '../problem.ts'

const explanations: Partial<Record<ServerErrorCode, string>> = {
  ERR_SERVER_GRANT: 'The sign-in took too long, was begun in another window or is used up already.',
  ERR_SERVER_NO_PASSWORD_RESET: 'A new password cannot be set here. Ask the people who run this app for one.',
  ERR_SERVER_RATE_LIMITED: 'There were too many attempts. Wait a minute before the next one.',
  ERR_SERVER_UPSTREAM: 'The sign-in service does not answer properly at the moment.',
  ERR_SERVER_THROTTLED: 'The sign-in service is busy. Wait a minute before the next attempt.',
}

/** Whether a browser asks in order to show the answer to a person; others keep getting problem+json. */
export function wantsPage(request: Request): boolean {
  return /(^|,)\s*text\/html\s*(;|,|$)/i.test(request.headers.get('accept') ?? '')
}

/**
 * The page, without anything a content security policy would have to allow.
 *
 * @param tryAgain - A path of this origin, where the sign-in begins.
 */
export function failurePage(error: unknown, correlationId: string, tryAgain: string): Response {
  const known = asServerError(error)
  const { code, status } = errorAnswers[known?.code ?? 'ERR_SERVER_INTERNAL']
  const explanation = (known && explanations[known.code]) ?? 'Something went wrong on the way.'
  const page =
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signing in did not work</title>' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    '<meta name="color-scheme" content="light dark"></head><body><main>' +
    `<h1>Signing in did not work</h1><p>${explanation}</p>` +
    `<ul><li><a href="${escapeHtml(tryAgain)}">Try again</a></li><li><a href="/">Back</a></li></ul>` +
    `<p>For support: ${code}, ${escapeHtml(correlationId)}</p></main></body></html>`
  const headers = { 'content-type': 'text/html; charset=utf-8', ...headersOf(known, status) }
  return new Response(page, { status, headers })
}
