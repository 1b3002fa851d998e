/**
 * `/dbs/{database}/users/{user}/permissions`: every answer carries a newly made token.
 */

import { defaultTokenSeconds, maxTokenSeconds, minTokenSeconds } from '../authorization/resource-token.ts'
import { badRequest, methodNotAllowed, notFound } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import type { JsonObject } from '../json.ts'
import { parseResourceId } from '../limits.ts'
import { assertPreconditions, preconditionsOf } from '../preconditions.ts'
import { metadataReadCharge, userWriteCharge } from '../request-units.ts'
import type { CosmosPermission, CosmosUser, PermissionGrant } from '../store/users.ts'
import { parseBody } from './body.ts'
import { replyWith, replyWithFeed } from './feed.ts'
import { mintToken } from './minting.ts'
import { parseGrant } from './permission-grant.ts'

/** Carries out an exchange about permissions. */
export function answerPermissions(exchange: Exchange): Reply {
  const { operation, state, address, request } = exchange
  const database = state.catalog.database(address.database)
  const user = state.users.get(database, address.user)
  const seconds = parseLifetime(request.header('x-ms-documentdb-expiry-seconds'))
  const format = (permission: CosmosPermission): JsonObject => ({
    ...formatGrant(permission),
    _rid: permission.rid,
    _self: `dbs/${database.rid}/users/${user.rid}/permissions/${permission.rid}/`,
    _etag: permission.etag,
    _ts: permission.ts,
    _token: mintToken(state, { user, permission, seconds }),
  })
  const grant = (): PermissionGrant => {
    const body = parseBody(request)
    return parseGrant(state, address.database, parseResourceId(body['id']), body)
  }
  switch (operation) {
    case 'list':
    case 'query':
    case 'plan':
      return replyWithFeed(exchange, 'Permissions', user.rid, state.users.permissions(user).map(format))
    case 'create':
      return replyWith(201, format(state.users.createPermission(user, grant())), userWriteCharge)
    case 'upsert': {
      const wanted = grant()
      const known = state.users.findPermission(user, wanted.id)
      assertPreconditions(preconditionsOf(request), known)
      if (!known) return replyWith(201, format(state.users.createPermission(user, wanted)), userWriteCharge)
      return replyWith(200, format(state.users.replacePermission(known, wanted)), userWriteCharge)
    }
    case 'read':
      return replyWith(200, format(find(exchange, user)), metadataReadCharge(0))
    case 'replace': {
      const known = find(exchange, user)
      assertPreconditions(preconditionsOf(request), known)
      return replyWith(200, format(state.users.replacePermission(known, grant())), userWriteCharge)
    }
    case 'delete': {
      const known = find(exchange, user)
      assertPreconditions(preconditionsOf(request), known)
      state.users.deletePermission(known)
      return { status: 204, body: '', charge: userWriteCharge }
    }
    default:
      throw methodNotAllowed()
  }
}

function find({ state, address }: Exchange, user: CosmosUser): CosmosPermission {
  const permission = state.users.findPermission(user, address.id)
  if (!permission) throw notFound()
  return permission
}

function formatGrant({ id, mode, resource, key }: PermissionGrant): JsonObject {
  return {
    id,
    permissionMode: mode,
    resource,
    ...(key === null ? {} : { resourcePartitionKey: JSON.parse(key) as JsonObject[string] }),
  }
}

function parseLifetime(text: string | undefined): number {
  if (text === undefined || text === '') return defaultTokenSeconds
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds <= maxTokenSeconds)) {
    throw badRequest(
      `Value '${text.slice(0, 20)}' specified for the header 'x-ms-documentdb-expiry-seconds' is invalid.`,
    )
  }
  if (seconds < minTokenSeconds) throw badRequest('One of the specified inputs is invalid')
  return seconds
}
