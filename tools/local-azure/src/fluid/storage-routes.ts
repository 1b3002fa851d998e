/**
 * The storage routes: summaries whole, for clients of a remote relay, and piece by piece, for local ones.
 */

import type { GitTreeEntry } from './git-objects.ts'
import type { Route, RouteAnswer, RouteContext } from './routes.ts'
import { entriesAt, listAt, objectAt, textAt } from './untrusted.ts'
import { readWholeSummary, writeWholeSummary } from './whole-summaries.ts'

const read = ['doc:read']
const readWrite = ['doc:read', 'doc:write']
const summarize = ['doc:read', 'doc:write', 'summary:write']

export const storageRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:tenantId/git/summaries/:sha', handle: readSummary },
  { method: 'POST', path: '/repos/:tenantId/git/summaries', handle: writeSummary },
  { method: 'GET', path: '/repos/:tenantId/git/blobs/:sha', handle: readBlob },
  { method: 'POST', path: '/repos/:tenantId/git/blobs', handle: writeBlob },
  { method: 'GET', path: '/repos/:tenantId/git/trees/:sha', handle: readTree },
  { method: 'POST', path: '/repos/:tenantId/git/trees', handle: writeTree },
  { method: 'GET', path: '/repos/:tenantId/git/commits/:sha', handle: readCommit },
  { method: 'GET', path: '/repos/:tenantId/commits', handle: listCommits },
]

async function readSummary(context: RouteContext): Promise<RouteAnswer> {
  const { relay, params } = context
  const objects = relay.objects(await admit(context, read))
  return { status: 200, body: readWholeSummary(objects, params['sha'] ?? '', relay.fail) }
}

async function writeSummary(context: RouteContext): Promise<RouteAnswer> {
  const { relay, request } = context
  const objects = relay.objects(await admit(context, summarize))
  if (textAt(request.body, 'type') !== 'channel') {
    relay.fail(400, 'Only the service itself writes summaries of a whole container')
  }
  return { status: 201, body: { id: writeWholeSummary(objects, entriesAt(request.body), relay.fail) } }
}

async function readBlob(context: RouteContext): Promise<RouteAnswer> {
  const historian = context.relay.historian(await admit(context, read))
  return { status: 200, body: await historian.getBlob(context.params['sha'] ?? '') }
}

async function writeBlob(context: RouteContext): Promise<RouteAnswer> {
  const historian = context.relay.historian(await admit(context, readWrite))
  const { body } = context.request
  const blob = { content: textAt(body, 'content'), encoding: textAt(body, 'encoding') }
  return { status: 201, body: await historian.createBlob(blob) }
}

async function readTree(context: RouteContext): Promise<RouteAnswer> {
  const historian = context.relay.historian(await admit(context, read))
  const recursive = context.request.url.searchParams.get('recursive') === '1'
  return { status: 200, body: await historian.getTree(context.params['sha'] ?? '', recursive) }
}

async function writeTree(context: RouteContext): Promise<RouteAnswer> {
  const historian = context.relay.historian(await admit(context, summarize))
  const tree = listAt(context.request.body, 'tree').map((entry) => parseTreeEntry(entry, context))
  return { status: 201, body: await historian.createTree({ tree }) }
}

async function readCommit(context: RouteContext): Promise<RouteAnswer> {
  const historian = context.relay.historian(await admit(context, read))
  return { status: 200, body: await historian.getCommit(context.params['sha'] ?? '') }
}

async function listCommits(context: RouteContext): Promise<RouteAnswer> {
  const historian = context.relay.historian(await admit(context, read))
  const { searchParams } = context.request.url
  const count = Math.min(Math.max(Number(searchParams.get('count') ?? 1) || 1, 1), 100)
  return { status: 200, body: await historian.getCommits(searchParams.get('sha') ?? '', count) }
}

function parseTreeEntry(value: unknown, context: RouteContext): GitTreeEntry {
  const entry = objectAt({ entry: value }, 'entry')
  const path = textAt(entry, 'path')
  const sha = textAt(entry, 'sha')
  if (path === '' || path.includes('/')) context.relay.fail(400, 'Invalid path of a tree entry')
  if (!/^[\da-f]{40}$/.test(sha)) context.relay.fail(400, 'Invalid hash of a tree entry')
  return { path, sha, mode: textAt(entry, 'mode'), type: textAt(entry, 'type') }
}

async function admit(context: RouteContext, scopes: readonly string[]): Promise<string> {
  const { relay, request, params } = context
  const { claims } = await relay.admit({
    authorization: request.headers.get('authorization') ?? undefined,
    form: 'storage',
    tenantId: params['tenantId'] ?? '',
    scopes,
  })
  return relay.document(claims).documentId
}
