/**
 * The groups of a person: `memberOf`, `getMemberGroups`, `checkMemberGroups`.
 */

import type { Account } from '../entra/directory/account.ts'
import type { Group } from '../entra/directory/groups.ts'
import { directoryObjectType } from './entity-type.ts'
import { badRequest, unsupportedQuery } from './errors.ts'
import { type GraphRequest, odataContext } from './graph-request.ts'
import { describeGroup, selectGroup } from './group-entity.ts'
import { choose, page, parseQueryOptions } from './query-options.ts'

/** Answers what is under `/users/{id}`. */
export async function answerMemberships(
  request: GraphRequest,
  account: Account,
  path: string,
): Promise<Response | undefined> {
  const groups = request.caller.directory.groups.of(account.objectId)
  if (request.method === 'GET' && (path === 'memberOf' || path === 'transitiveMemberOf')) {
    return listMemberships(request, groups)
  }
  // A cast needs $count, which B2C tenants do not have.
  if (/^(transitiveM|m)emberOf\/microsoft\.graph\./.test(path)) throw unsupportedQuery()
  if (request.method !== 'POST') return undefined
  if (path === 'getMemberGroups' || path === 'getMemberObjects') {
    const { securityEnabledOnly } = await request.body()
    if (typeof securityEnabledOnly !== 'boolean')
      throw badRequest("Parameter 'securityEnabledOnly' is required.")
    return answerIds(request, groups)
  }
  if (path === 'checkMemberGroups') {
    const wanted = parseGroupIds(await request.body())
    return answerIds(
      request,
      groups.filter(({ id }) => wanted.includes(id)),
    )
  }
  return undefined
}

function listMemberships(request: GraphRequest, groups: readonly Group[]): Response {
  const options = parseQueryOptions(request.url, directoryObjectType)
  const shown = choose(groups.map(describeGroup), options).map((entity) => ({
    '@odata.type': '#microsoft.graph.group',
    ...selectGroup(entity, options.select),
  }))
  return Response.json({ ...odataContext(request, 'directoryObjects'), ...page(request.url, shown, options) })
}

function answerIds(request: GraphRequest, groups: readonly Group[]): Response {
  return Response.json({
    ...odataContext(request, 'Collection(Edm.String)'),
    value: groups.map(({ id }) => id),
  })
}

const mostGroupIds = 20

function parseGroupIds({ groupIds }: Readonly<Record<string, unknown>>): readonly unknown[] {
  if (!Array.isArray(groupIds)) throw badRequest("Parameter 'groupIds' is required.")
  if (groupIds.length <= mostGroupIds) return groupIds
  throw badRequest(`The number of values for parameter 'groupIds' exceeds the limit of ${mostGroupIds}.`)
}
