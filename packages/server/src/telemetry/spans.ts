/**
 * Traces: one span for each request, each flow and each request to a service behind, with fixed names. The table of the
 * README says which has which attributes; a test holds both to it.
 */

import { SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { reasonOf } from '../errors.ts'
import type { Fetch } from '../upstream-request.ts'

/** The names of all spans of this package; they do not change in a minor version. */
export const spanNames = {
  request: 'latchkey.request',
  checkAccount: 'latchkey.check_account',
  signIn: 'latchkey.sign_in',
  refresh: 'latchkey.refresh',
  resourceTokens: 'latchkey.resource_tokens',
  userInfo: 'latchkey.user_info',
  updateRole: 'latchkey.update_role',
  rolePermissions: 'latchkey.role_permissions',
  deleteAccount: 'latchkey.delete_account',
  issueToken: 'latchkey.issue_token',
  upstream: 'latchkey.upstream',
} as const

export type SpanName = (typeof spanNames)[keyof typeof spanNames]

/** Attributes that are safe to export. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** Runs work inside a span. */
export type InSpan = <T>(name: SpanName, attributes: SpanAttributes, work: () => Promise<T>) => Promise<T>

/** Makes the spans of one server. Default: the tracer of whatever provider the process has registered. */
export function createSpans(tracer: Tracer = trace.getTracer('@latchkey/server')): InSpan {
  return (name, attributes, work) =>
    tracer.startActiveSpan(
      name,
      { attributes, ...(name === spanNames.upstream && { kind: SpanKind.CLIENT }) },
      async (span) => {
        try {
          return await work()
        } catch (error) {
          // The reason only: an exception's text could hold anything.
          span.setStatus({ code: SpanStatusCode.ERROR, message: reasonOf(error) })
          throw error
        } finally {
          span.end()
        }
      },
    )
}

/** A fetch that has a span for each request. */
export function tracedFetch(fetch: Fetch, inSpan: InSpan): Fetch {
  return (input, init) =>
    inSpan(spanNames.upstream, requestAttributes(input, init?.method ?? 'GET'), () => fetch(input, init))
}

/** Host and method, and nothing of the path or the query, in which people and their data are named. */
export function requestAttributes(url: string, method: string): SpanAttributes {
  return { 'server.address': new URL(url).host, 'http.request.method': method }
}
