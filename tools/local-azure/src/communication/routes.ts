/**
 * Finds the operation a request asks for, and runs it: caller, then version, then limits, then the work.
 *
 * Paths are matched on the raw request target, segment by segment, because ids arrive percent-encoded and operation
 * names begin with a colon.
 */

import type { JsonObject } from '@latchkey/common'
import { parseApiVersion } from './api-versions.ts'
import { CommunicationError, notFound } from './errors.ts'
import { parseJsonObject } from './json-body.ts'

/** A request as it came in. */
export interface Incoming {
  readonly request: Request
  /** The request target as it stood on the wire. */
  readonly target: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** An operation being asked for by a proven caller. */
export interface Call<Caller> {
  readonly caller: Caller
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Headers
  /** Scheme, host and port the request came to. */
  readonly origin: string
  /** Scheme, host and port the caller can follow links to. */
  readonly linkOrigin: string
  /** The raw path, for absolute links. */
  readonly path: string
  /** Empty where the operation asks for none. */
  readonly apiVersion: string
  /** The body as a JSON object; empty when there is none. */
  json(): JsonObject
}

/** One operation. */
export interface Route<Caller> {
  readonly method: string
  /** For example `/identities/{id}/:issueAccessToken`. */
  readonly path: string
  /** Without them the operation asks for no `api-version`. */
  readonly versions?: readonly string[]
  handle(call: Call<Caller>): Response | Promise<Response>
}

/** Answers a request if one of its operations matches, else `undefined`. */
export type Dispatch = (incoming: Incoming) => Promise<Response> | undefined

/** Operations that share one way of proving the caller. */
export function dispatch<Caller>(
  routes: readonly Route<Caller>[],
  authorize: (incoming: Incoming) => Caller | Promise<Caller>,
): Dispatch {
  const table = routes.map((route) => ({ route, pattern: route.path.slice(1).split('/') }))
  return (incoming) => {
    const { path, query } = splitTarget(incoming.target)
    const segments = path.slice(1).split('/')
    const onPath = table.filter(({ pattern }) => matches(pattern, segments))
    if (onPath.length === 0) return undefined
    const found = onPath.find(({ route }) => route.method === incoming.request.method)
    return run(incoming, path, query, found?.route, found?.pattern ?? [], authorize)
  }
}

/** Path and query of a raw request target. */
export function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const at = target.indexOf('?')
  if (at < 0) return { path: target, query: new URLSearchParams() }
  return { path: target.slice(0, at), query: new URLSearchParams(target.slice(at + 1)) }
}

async function run<Caller>(
  incoming: Incoming,
  path: string,
  query: URLSearchParams,
  route: Route<Caller> | undefined,
  pattern: readonly string[],
  authorize: (incoming: Incoming) => Caller | Promise<Caller>,
): Promise<Response> {
  const caller = await authorize(incoming)
  if (!route) throw new CommunicationError('MethodNotAllowed', 'The method is not allowed on this resource.')
  const apiVersion = route.versions ? parseApiVersion(query, route.versions) : ''
  const parameters = readParameters(pattern, path.slice(1).split('/'))
  const call: Call<Caller> = {
    caller,
    parameters,
    query,
    headers: incoming.request.headers,
    origin: new URL(incoming.request.url).origin,
    linkOrigin: linkOriginOf(incoming.request),
    path,
    apiVersion,
    json: () => readJson(incoming),
  }
  const response = await route.handle(call)
  if (route.versions) response.headers.set('api-supported-versions', route.versions.join(', '))
  return response
}

// Azure's clients refuse http links before anything can rewrite them; one that came over http rewrites https itself.
function linkOriginOf(request: Request): string {
  const { origin } = new URL(request.url)
  const agent = request.headers.get('x-ms-useragent') ?? request.headers.get('user-agent') ?? ''
  return agent.includes('azsdk-') ? origin.replace(/^http:/, 'https:') : origin
}

function readJson({ body, request }: Incoming): JsonObject {
  const wanted = request.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const [sent = ''] = (request.headers.get('content-type') ?? '').split(';')
  if (body.byteLength > 0 && sent.trim().toLowerCase() !== wanted) {
    throw new CommunicationError('UnsupportedMediaType', `The body must be ${wanted}.`)
  }
  return parseJsonObject(body)
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false
  return pattern.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]))
}

function readParameters(pattern: readonly string[], segments: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [at, part] of pattern.entries()) {
    if (!part.startsWith('{')) continue
    try {
      parameters[part.slice(1, -1)] = decodeURIComponent(segments[at] ?? '')
    } catch {
      throw notFound('The resource')
    }
  }
  return parameters
}
