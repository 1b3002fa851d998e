/**
 * `/groups`.
 */

import type { Group } from '../entra/directory/groups.ts'
import { directoryObjectType, groupType } from './entity-type.ts'
import { badRequest, notFound } from './errors.ts'
import { type GraphRequest, noContent, odataContext } from './graph-request.ts'
import { describeGroup, parseGroupChange, parseNewGroup, selectGroup } from './group-entity.ts'
import { permissions, requirePermission } from './permissions.ts'
import { choose, page, parseQueryOptions } from './query-options.ts'
import { describeUser, selectUser } from './user-entity.ts'
import { findUser } from './users.ts'

/** Answers `/groups` and what is under it. */
export async function answerGroups(request: GraphRequest): Promise<Response | undefined> {
  const { method, segments } = request
  const [, id, ...rest] = segments
  if (id === undefined) {
    if (method === 'GET') return listGroups(request)
    return method === 'POST' ? createGroup(request) : undefined
  }
  if (rest.length > 0) return answerMembers(request, id, rest)
  if (method === 'GET') return readGroup(request, id)
  if (method === 'PATCH') return changeGroup(request, id)
  return method === 'DELETE' ? deleteGroup(request, id) : undefined
}

async function answerMembers(
  request: GraphRequest,
  id: string,
  rest: readonly string[],
): Promise<Response | undefined> {
  const path = rest.join('/')
  if (request.method === 'GET' && path === 'members') return listMembers(request, id)
  if (request.method === 'POST' && path === 'members/$ref') return addMember(request, id)
  const [collection, memberId, reference] = rest
  const isReference = collection === 'members' && reference === '$ref' && rest.length === 3
  if (request.method !== 'DELETE' || !isReference || memberId === undefined) return undefined
  return removeMember(request, id, memberId)
}

function findGroup({ caller }: GraphRequest, id: string): Group {
  const group = caller.directory.groups.find(id.toLowerCase())
  if (!group) throw notFound(id)
  return group
}

function listGroups(request: GraphRequest): Response {
  const { caller, lag, url } = request
  requirePermission(caller, permissions.readGroups)
  const options = parseQueryOptions(url, groupType)
  const entities = caller.directory.groups
    .list()
    .filter((group) => lag.isVisible(group))
    .map(describeGroup)
  const shown = choose(entities, options).map((entity) => selectGroup(entity, options.select))
  return Response.json({ ...odataContext(request, 'groups'), ...page(url, shown, options) })
}

function readGroup(request: GraphRequest, id: string): Response {
  requirePermission(request.caller, permissions.readGroups)
  const { select } = parseQueryOptions(request.url, groupType)
  const shown = selectGroup(describeGroup(findGroup(request, id)), select)
  return Response.json({ ...odataContext(request, 'groups/$entity'), ...shown })
}

async function createGroup(request: GraphRequest): Promise<Response> {
  const { caller, url } = request
  requirePermission(caller, permissions.writeGroups)
  const group = caller.directory.groups.create(parseNewGroup(await request.body()))
  const shown = selectGroup(describeGroup(group), undefined)
  const headers = { Location: `${url.origin}${url.pathname}/${group.id}` }
  return Response.json({ ...odataContext(request, 'groups/$entity'), ...shown }, { status: 201, headers })
}

async function changeGroup(request: GraphRequest, id: string): Promise<Response> {
  requirePermission(request.caller, permissions.writeGroups)
  const group = findGroup(request, id)
  request.caller.directory.groups.update(group.id, parseGroupChange(await request.body(), group))
  return noContent()
}

function deleteGroup(request: GraphRequest, id: string): Response {
  requirePermission(request.caller, permissions.writeGroups)
  request.caller.directory.groups.delete(findGroup(request, id).id)
  return noContent()
}

function listMembers(request: GraphRequest, id: string): Response {
  const { caller, url } = request
  requirePermission(caller, permissions.readGroups)
  const options = parseQueryOptions(url, directoryObjectType)
  const { accounts, groups } = caller.directory
  const entities = groups
    .members(findGroup(request, id).id)
    .flatMap((memberId) => accounts.find(memberId) ?? [])
    .map((account) => describeUser(account, caller.directory))
  const shown = choose(entities, options).map((entity) => ({
    '@odata.type': '#microsoft.graph.user',
    ...selectUser(entity, options.select),
  }))
  return Response.json({ ...odataContext(request, 'directoryObjects'), ...page(url, shown, options) })
}

async function addMember(request: GraphRequest, id: string): Promise<Response> {
  requirePermission(request.caller, permissions.writeMembers)
  const group = findGroup(request, id)
  const memberId = parseReference(await request.body())
  const { objectId } = findUser(request, memberId)
  const outcome = request.caller.directory.groups.addMember(group.id, objectId)
  if (outcome === 'already-member') {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'members'.",
    )
  }
  if (outcome !== 'added') throw notFound(memberId)
  return noContent()
}

function removeMember(request: GraphRequest, id: string, memberId: string): Response {
  requirePermission(request.caller, permissions.writeMembers)
  const group = findGroup(request, id)
  if (!request.caller.directory.groups.removeMember(group.id, memberId.toLowerCase()))
    throw notFound(memberId)
  return noContent()
}

/** The id at the end of `@odata.id`: the address of a directory object, on whatever host. */
function parseReference(body: Readonly<Record<string, unknown>>): string {
  const reference = body['@odata.id']
  const match =
    typeof reference === 'string' ? /\/(?:directoryObjects|users)\/([\w-]+)$/.exec(reference) : null
  if (match?.[1] === undefined) throw badRequest('Invalid object reference.')
  return match[1]
}
