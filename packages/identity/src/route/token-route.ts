/**
 * The route of your own server that hands out tokens: whoever your auth says is asking gets a token for their own user.
 *
 * It speaks Request and Response, so it runs on Hono, on Azure Functions and wherever those are known.
 */

import { isLatchkeyError } from '@latchkey/common'
import {
  assertMethods,
  assertMinutes,
  assertText,
  type TokenScope,
  tokenScopes,
} from '../client/arguments.ts'
import type { CommunicationUserDirectory } from '../directory/communication-user-directory.ts'
import type { Subject } from '../directory/user-record.ts'
import type { IdentityErrorCode } from '../errors.ts'
import { readLimitedText } from './limited-text.ts'

/** What a route is made of. */
export interface TokenRouteOptions {
  readonly directory: Pick<CommunicationUserDirectory, 'issueToken'>
  /**
   * Says who a request is from, by whatever auth the server already has: a session, a Google id token, a B2C access
   * token. `undefined` for nobody; the caller then gets 401.
   */
  readonly authenticate: (request: Request) => Subject | undefined | Promise<Subject | undefined>
  /** What somebody may ask for; an answer that is no list means nothing. Default: `chat` for everybody. */
  readonly allowedScopes?: (subject: Subject) => readonly TokenScope[] | Promise<readonly TokenScope[]>
  /** Where clients find the service; passed on with the token. */
  readonly endpoint: string
  /** 60 to 1,440. Default 1,440. */
  readonly tokenExpiresInMinutes?: number
  /** Told every failure that is not the caller's; what it throws changes nothing. Default: nobody. */
  readonly onError?: (error: unknown) => void | Promise<void>
}

/** What the route answers with 200. */
export interface TokenRouteAnswer {
  readonly token: string
  /** An ISO instant. */
  readonly expiresOn: string
  readonly userId: string
  readonly endpoint: string
}

// In bytes; all five scopes take less than a hundred.
const longestBody = 4_096
const defaultRetrySeconds = 5
const longestRetrySeconds = 3_600

// What comes of trying again, for each failure of the directory.
const passing: ReadonlySet<string> = new Set<IdentityErrorCode>([
  'ERR_IDENTITY_BUSY',
  'ERR_IDENTITY_OUTCOME_UNKNOWN',
  'ERR_IDENTITY_STORE',
  'ERR_IDENTITY_THROTTLED',
  'ERR_IDENTITY_UNAVAILABLE',
])

/**
 * Makes the route: `POST`, with `{ "scopes": […] }` or nothing, answers {@link TokenRouteAnswer}.
 *
 * Refusals are problem details (RFC 9457): 400, 401, 403, 405, 413; 503 with Retry-After when trying again helps, 502
 * when it does not. They never hold the text of another error.
 *
 * @throws {@link CommunicationIdentityError} `ERR_IDENTITY_ARGUMENT` without a directory, an `authenticate` or an endpoint.
 *
 * @example
 * ```ts
 * const route = createTokenRoute({ directory, endpoint, authenticate: (request) => readSession(request) })
 * app.post('/token', (context) => route(context.req.raw))
 * ```
 */
export function createTokenRoute(options: TokenRouteOptions): (request: Request) => Promise<Response> {
  assertMethods(options, 'options', 'authenticate')
  assertMethods(options.directory, 'directory', 'issueToken')
  assertText(options.endpoint, 'endpoint')
  assertMinutes(options.tokenExpiresInMinutes)
  return async (request) => {
    if (request.method !== 'POST') return refuse(405, 'Method not allowed', { allow: 'POST' })
    try {
      const subject = await options.authenticate(request)
      if (!subject) return refuse(401, 'Sign in first', { 'www-authenticate': 'Bearer' })
      return await issue(options, subject, request)
    } catch (error) {
      await tell(options, error)
      return answerFailure(error)
    }
  }
}

async function issue(options: TokenRouteOptions, subject: Subject, request: Request): Promise<Response> {
  const { allowedScopes, directory, endpoint, tokenExpiresInMinutes } = options
  const text = await readLimitedText(request, longestBody)
  if (text === undefined) return refuse(413, 'The body is too large')
  const wanted = parseScopes(text)
  if (wanted === undefined) return refuse(400, 'The body must be JSON with a list of known scopes, or empty')
  const allowed = allowedScopes ? parseAllowed(await allowedScopes(subject)) : (['chat'] as const)
  const scopes = wanted.length === 0 ? allowed : wanted
  if (scopes.length === 0 || scopes.some((scope) => !allowed.includes(scope)))
    return refuse(403, 'Not allowed')
  const life = tokenExpiresInMinutes === undefined ? {} : { tokenExpiresInMinutes }
  const { expiresOn, token, user } = await directory.issueToken(subject, scopes, life)
  const answer: TokenRouteAnswer = {
    token,
    expiresOn: expiresOn.toISOString(),
    userId: user.communicationUserId,
    endpoint,
  }
  return Response.json(answer, { headers: { 'cache-control': 'no-store' } })
}

// A policy that says nothing allows nothing.
function parseAllowed(value: unknown): readonly TokenScope[] {
  return Array.isArray(value) ? tokenScopes.filter((scope) => value.includes(scope)) : []
}

// A log that is down is no reason to answer anything else.
async function tell({ onError }: TokenRouteOptions, error: unknown): Promise<void> {
  try {
    await onError?.(error)
  } catch {}
}

// An empty list means: whatever is allowed.
function parseScopes(text: string): readonly TokenScope[] | undefined {
  if (text === '') return []
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const { scopes = [], ...others } = value as { readonly scopes?: unknown }
    const isKnown = Array.isArray(scopes) && scopes.every((scope) => tokenScopes.includes(scope))
    return isKnown && Object.keys(others).length === 0 ? [...new Set<TokenScope>(scopes)] : undefined
  } catch {
    return undefined
  }
}

function answerFailure(error: unknown): Response {
  if (!isLatchkeyError(error) || !passing.has(error.code)) return refuse(502, 'The token could not be issued')
  const { retryAfterMs } = error.details
  const wanted = typeof retryAfterMs === 'number' ? Math.ceil(retryAfterMs / 1000) : defaultRetrySeconds
  const seconds = Math.min(Math.max(wanted, 1), longestRetrySeconds)
  return refuse(503, 'Try again', { 'retry-after': String(seconds) })
}

function refuse(status: number, title: string, headers: Readonly<Record<string, string>> = {}): Response {
  const body = JSON.stringify({ type: 'about:blank', title, status })
  const common = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  return new Response(body, { status, headers: { ...common, ...headers } })
}
