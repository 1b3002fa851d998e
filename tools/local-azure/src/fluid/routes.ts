/**
 * The REST routes of the relay, each with the scopes the real service asks for.
 *
 * `/documents` and `/deltas` are the orderer's, `/repos` is storage.
 */

import { randomUUID } from 'node:crypto'
import type { FluidDocument } from './documents.ts'
import type { LiveRelay } from './live-relay.ts'
import { type NewDocument, sessionAt } from './new-document.ts'
import type { PlainRequest } from './restless.ts'
import { storageRoutes } from './storage-routes.ts'
import { entriesAt, listAt, numberAt, objectAt, textAt } from './untrusted.ts'
import { writeWholeSummary } from './whole-summaries.ts'

/** A request that met its route. */
export interface RouteContext {
  readonly relay: LiveRelay
  readonly request: PlainRequest
  /** The named parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly nowMs: number
  /** Told of the token that says who created a document. */
  readonly onCreationToken: (token: string) => void
}

/** What a route answers: a status and JSON. */
export interface RouteAnswer {
  readonly status: number
  readonly body?: unknown
}

/** One route. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly handle: (context: RouteContext) => Promise<RouteAnswer>
}

const read = ['doc:read']
const readWrite = ['doc:read', 'doc:write']

const ordererRoutes: readonly Route[] = [
  { method: 'POST', path: '/documents/:tenantId', handle: create },
  { method: 'GET', path: '/documents/:tenantId/session/:id', handle: discoverSession },
  { method: 'GET', path: '/documents/:tenantId/:id', handle: describe },
  { method: 'DELETE', path: '/documents/:tenantId/document/:id', handle: remove },
  { method: 'POST', path: '/documents/:tenantId/document/:id/revokeToken', handle: revoke },
  { method: 'GET', path: '/deltas/:tenantId/:id', handle: deltas },
]

/** Every route. */
export const routes: readonly Route[] = [...ordererRoutes, ...storageRoutes]

async function create(context: RouteContext): Promise<RouteAnswer> {
  const { relay, request, params, nowMs } = context
  const authorization = request.headers.get('authorization') ?? undefined
  const { token, claims } = await relay.admit({
    authorization,
    form: 'orderer',
    tenantId: params['tenantId'] ?? '',
    scopes: readWrite,
    singleUse: true,
  })
  if (claims.documentId)
    relay.fail(403, 'Local Azure refuses this token: it is for a document that is there already.')
  const documentId = randomUUID()
  const { origin } = request.url
  const entries = entriesAt(objectAt(request.body, 'summary'))
  const values = listAt(request.body, 'values').filter(isQuorumValue)
  await relay.create(
    {
      documentId,
      tenantId: claims.tenantId,
      appTree: writeWholeSummary(relay.objects(documentId), entries, relay.fail),
      sequenceNumber: numberAt(request.body, 'sequenceNumber'),
      values,
      createdAtMs: nowMs,
      origin,
    },
    claims.user.id,
  )
  const wants = (name: string): boolean => Reflect.get(Object(request.body), name) === true
  if (!wants('enableDiscovery') && !wants('generateToken')) return { status: 201, body: documentId }
  const creationToken = wants('generateToken') ? await relay.creationToken(token, documentId) : undefined
  if (creationToken !== undefined) context.onCreationToken(creationToken)
  const session = wants('enableDiscovery') ? sessionAt(origin, false) : undefined
  return { status: 201, body: { id: documentId, token: creationToken, session } }
}

async function discoverSession(context: RouteContext): Promise<RouteAnswer> {
  const document = await admitToDocument(context, read)
  return { status: 200, body: sessionAt(context.request.url.origin, context.relay.connections(document) > 0) }
}

async function describe(context: RouteContext): Promise<RouteAnswer> {
  const { version, createTime, documentId, tenantId } = await admitToDocument(context, read)
  return { status: 200, body: { version, createTime, documentId, tenantId } }
}

async function deltas(context: RouteContext): Promise<RouteAnswer> {
  const { documentId } = await admitToDocument(context, read)
  const { searchParams } = context.request.url
  const bound = (name: string, otherwise: number): number => {
    const value = Number(searchParams.get(name) ?? otherwise)
    return Number.isInteger(value) ? value : context.relay.fail(400, `Invalid ${name}`)
  }
  const from = bound('from', -1)
  const to = bound('to', Number.MAX_SAFE_INTEGER)
  return { status: 200, body: await context.relay.deltas(documentId, from, to) }
}

async function remove(context: RouteContext): Promise<RouteAnswer> {
  await context.relay.delete(await admitToDocument(context, ['doc:read', 'doc:write', 'doc:delete']))
  return { status: 204 }
}

async function revoke(context: RouteContext): Promise<RouteAnswer> {
  const { documentId } = await admitToDocument(context, ['doc:read', 'doc:write', 'token:revoke'])
  context.relay.revoke(documentId, textAt(context.request.body, 'jti'))
  return { status: 200 }
}

async function admitToDocument(context: RouteContext, scopes: readonly string[]): Promise<FluidDocument> {
  const { relay, request, params } = context
  const { claims } = await relay.admit({
    authorization: request.headers.get('authorization') ?? undefined,
    form: 'orderer',
    tenantId: params['tenantId'] ?? '',
    documentId: params['id'] ?? '',
    scopes,
  })
  return relay.document(claims)
}

// A proposal that all agreed on: its name, and what was agreed.
function isQuorumValue(value: unknown): value is NewDocument['values'][number] {
  if (!Array.isArray(value)) return false
  const [name, proposal]: readonly unknown[] = value
  return typeof name === 'string' && typeof proposal === 'object' && proposal !== null
}
