/**
 * What a route is: one entry of the table that requests, the OpenAPI document and the tests are all made from.
 */

import type { z } from 'zod'
import type { ServerErrorCode } from '../errors.ts'
import type { FlowContext, Parts } from '../parts.ts'
import type { Person } from '../person.ts'
import type { LimitName } from './rate-limit.ts'

/**
 * Who may use a route.
 *
 * `open`: anybody. `guest`: anybody, and whoever is signed in is known. `person`: somebody signed in. `admin`: an admin
 * whose session is live at this moment. `key`: whoever has the function key. `browser`: a browser of this origin, by its
 * header, and whoever's session its cookie names is known. `navigation`: a browser that is being sent here.
 */
export type Access = 'open' | 'guest' | 'person' | 'admin' | 'key' | 'browser' | 'navigation'

/** What a handler is given; body and query are parsed already. */
export interface RouteRequest<Body, Query> {
  readonly parts: Parts
  readonly context: FlowContext
  /** Present on `person` and `admin` routes, see {@link signedIn}. */
  readonly person: Person | undefined
  readonly body: Body
  readonly query: Query
  /** Parameters of the path, each 1 to 128 of `A-Z a-z 0-9 _ -`. */
  readonly params: Readonly<Record<string, string>>
  /** The tags of If-Match where the route needs one; `*` among them stands for any version. */
  readonly ifMatch: readonly string[]
  readonly request: Request
  /** Spends from a limit of the route's own kind, keyed by what the handler knows. */
  spend(limit: LimitName, key: string): Promise<void>
}

/** A route, as a resource declares it. */
export interface RouteDefinition<Body, Query> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters as `:name`. */
  readonly path: string
  /** There is no default: a route without an access policy does not compile. */
  readonly access: Access
  /** What each request spends from, by client address. */
  readonly limit: LimitName
  readonly summary: string
  readonly body?: z.ZodType<Body>
  /** The most the body may hold. Default 16 KiB, which is plenty for tokens. */
  readonly maxBodyBytes?: number
  readonly query?: z.ZodType<Query>
  /** Whether a request has to say which version it replaces: without If-Match it is refused with 428. */
  readonly needsIfMatch?: boolean
  /** What the documents say of body and query where both are parsed together, later. */
  readonly parameters?: z.ZodType
  /** Under `key`: whether a bearer token counts too, for whoever has one. */
  readonly takesBearer?: boolean
  /** Success statuses with the schema of their JSON, `html` for a page; `undefined` for nothing. */
  readonly answers: Readonly<Record<number, z.ZodType | 'html' | undefined>>
  /** Whether its answer has an ETag, which says which version was seen. */
  readonly hasEntityTag?: boolean
  /** What it can fail with beside what follows from its access, body, query and path (`route-answers.ts`). */
  readonly errors?: readonly ServerErrorCode[]
  handle(request: RouteRequest<Body, Query>): Response | Promise<Response>
}

/** A route with its types set aside: what the table holds. */
export interface Route extends Omit<RouteDefinition<unknown, unknown>, 'handle'> {
  readonly surface: 'api' | 'v1' | 'auth'
  handle(request: RouteRequest<unknown, unknown>): Response | Promise<Response>
}

/** Declares a route; what the schemas parse is what the handler is given. */
export function defineRoute<Body = undefined, Query = undefined>(
  surface: Route['surface'],
  definition: RouteDefinition<Body, Query>,
): Route {
  return {
    ...definition,
    surface,
    // The one place where the types meet again: body and query come from the schemas above.
    handle: (request) => definition.handle(request as RouteRequest<Body, Query>),
  }
}

/** The person of a `person` or `admin` route. */
export function signedIn({ person }: { readonly person: Person | undefined }): Person {
  if (!person) throw new Error('The route has no person; its access must be person or admin')
  return person
}
