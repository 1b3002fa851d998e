/**
 * A request to Graph whose caller is known.
 */

import type { EntraContext } from '../entra/entra-context.ts'
import { badRequest } from './errors.ts'
import type { Caller } from './permissions.ts'
import type { ReplicationLag } from './replication-lag.ts'

export interface GraphRequest {
  readonly context: EntraContext
  readonly caller: Caller
  readonly lag: ReplicationLag
  readonly method: string
  readonly url: URL
  /** The path after the version, in segments. */
  readonly segments: readonly string[]
  /** The JSON body, an object. @throws GraphError 400 */
  body(): Promise<Readonly<Record<string, unknown>>>
}

/** What the context of an answer is called. */
export function odataContext({ url }: GraphRequest, entity: string): Readonly<Record<string, string>> {
  return { '@odata.context': `${url.origin}/graph/v1.0/$metadata#${entity}` }
}

/** A JSON object, or an error in Graph's words. */
export function parseBody(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('Empty Payload. JSON content expected.')
  }
  return value as Record<string, unknown>
}

/** 204. */
export function noContent(): Response {
  return new Response(null, { status: 204 })
}
