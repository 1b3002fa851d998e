/**
 * The route at which a client gets its token, as a function from Request to Response.
 *
 * The caller names only a document. Your callbacks decide who the caller is, which user the others see, what they may do
 * and on which tenant; without a decision, the route refuses.
 */

import { assertFunction, assertGiven } from './given.ts'
import type { FluidScope } from './scopes.ts'
import type { FluidTokenSigner } from './signer.ts'
import { parseTokenQuery, type Refusal } from './token-query.ts'
import type { FluidUser } from './user.ts'

/** What a caller may do with a document. */
export interface FluidGrant {
  /** The caller as the others in the session see them. */
  readonly user: FluidUser
  /** Those who only look: `doc:read`. Those who edit: all three. */
  readonly scopes: readonly FluidScope[]
  /** Whole seconds, 1 to 3,600. Default 3,600. */
  readonly lifetimeSeconds?: number | undefined
  /** Signs for the tenant the document is in. Default: the route's own signer. */
  readonly signer?: FluidTokenSigner | undefined
}

/** What a route decides by. */
export interface FluidTokenRouteOptions<Subject> {
  readonly signer: FluidTokenSigner
  /** Returns the caller, from your own session or token; `undefined` gives 401. */
  readonly authenticate: (request: Request) => Subject | undefined | Promise<Subject | undefined>
  /**
   * Decides what a person may do with a document; without `documentId`, whether they may create one, which takes
   * `doc:read` and `doc:write`. `undefined` gives 403.
   *
   * Give everybody who edits `summary:write` too: the service itself summarizes nothing, one of the connected clients
   * does. With editors that may not, it never happens, and every load replays all operations since the beginning.
   */
  readonly authorize: (
    subject: Subject,
    documentId: string | undefined,
  ) => FluidGrant | undefined | Promise<FluidGrant | undefined>
  /**
   * Receives the cause of a 500: what a callback threw, or a grant that cannot be signed. What it throws itself is
   * dropped.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** What the route answers. */
export interface FluidTokenAnswer {
  readonly token: string
  /** An instant as ISO text. */
  readonly expiresOn: string
  readonly tenantId: string
  readonly user: FluidUser
}

/**
 * Makes the route. It takes `POST` with `{ "documentId"?: string }` as JSON and answers a {@link FluidTokenAnswer}, or
 * problem+json (RFC 9457) with a `code`; nothing it answers may be stored.
 *
 * @throws `ERR_FLUID_OPTIONS`
 *
 * @example
 * ```ts
 * const route = createFluidTokenRoute({
 *   signer,
 *   authenticate: (request) => sessions.read(request),
 *   authorize: async (person, documentId) =>
 *     (await documents.isMember(documentId, person.id))
 *       ? {
 *           user: { id: person.id, name: person.name },
 *           scopes: ['doc:read', 'doc:write', 'summary:write'],
 *         }
 *       : undefined,
 * })
 * ```
 */
export function createFluidTokenRoute<Subject>(
  options: FluidTokenRouteOptions<Subject>,
): (request: Request) => Promise<Response> {
  assertGiven(options, 'options', 'signer, authenticate and authorize')
  const { signer, authenticate, authorize, onError } = options
  assertGiven(signer, 'signer', 'sign, as createFluidTokenSigner makes it')
  assertFunction(signer.sign, 'signer.sign')
  assertFunction(authenticate, 'authenticate')
  assertFunction(authorize, 'authorize')
  if (onError !== undefined) assertFunction(onError, 'onError')
  const answer = async (request: Request): Promise<Response> => {
    const query = await parseTokenQuery(request)
    if ('status' in query) return refuse(query)
    const subject = await authenticate(request)
    if (subject === undefined || subject === null) return refuse(unauthenticated)
    const grant = await authorize(subject, query.documentId)
    if (!grant) return refuse(forbidden)
    const { user, scopes, lifetimeSeconds, signer: tenant = signer } = grant
    const { token, expiresOn } = tenant.sign({ documentId: query.documentId, scopes, user, lifetimeSeconds })
    const body: FluidTokenAnswer = {
      token,
      expiresOn: expiresOn.toISOString(),
      tenantId: tenant.tenantId,
      user,
    }
    return Response.json(body, { headers: noStore })
  }
  // A log that is down must not take the answer with it, nor the process.
  const report = (error: unknown): void => {
    new Promise((resolve) => resolve(onError?.(error))).catch(() => undefined)
  }
  return async (request) => {
    try {
      return await answer(request)
    } catch (error) {
      report(error)
      return refuse(failed)
    }
  }
}

const noStore = { 'cache-control': 'no-store' }

const unauthenticated: Refusal = {
  status: 401,
  code: 'unauthenticated',
  title: 'Sign in first.',
  headers: { 'www-authenticate': 'Bearer' },
}
const forbidden: Refusal = {
  status: 403,
  code: 'forbidden',
  title: 'This document is not open to you.',
  headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
}
const failed: Refusal = { status: 500, code: 'internal', title: 'The token could not be made.' }

function refuse({ status, code, title, headers }: Refusal): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title, status, code }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...noStore, ...headers },
  })
}
