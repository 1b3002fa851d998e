/**
 * `/users`.
 */

import type { Account } from '../entra/directory/account.ts'
import { AccountConflict } from '../entra/directory/accounts.ts'
import { userType } from './entity-type.ts'
import { badRequest, GraphError, notFound } from './errors.ts'
import { type GraphRequest, noContent, odataContext } from './graph-request.ts'
import { answerMemberships } from './memberships.ts'
import { permissions, requirePermission } from './permissions.ts'
import { choose, page, parseQueryOptions, selectFrom } from './query-options.ts'
import {
  describeUser,
  parseNewUser,
  parseUserChange,
  selectUser,
  standardUserProperties,
} from './user-entity.ts'

/** Answers `/users` and what is under it. */
export async function answerUsers(request: GraphRequest): Promise<Response | undefined> {
  const { method, segments } = request
  const [, id, ...rest] = segments
  if (id === undefined) {
    if (method === 'GET') return listUsers(request)
    return method === 'POST' ? createUser(request) : undefined
  }
  if (rest.length > 0) return answerUnder(request, id, rest.join('/'))
  if (method === 'GET') return readUser(request, id)
  if (method === 'PATCH') return changeUser(request, id)
  return method === 'DELETE' ? deleteUser(request, id) : undefined
}

/** The account called `id` or by that principal name, when it can be seen. @throws {@link GraphError} 404 */
export function findUser({ caller, lag }: GraphRequest, id: string): Account {
  const { accounts } = caller.directory
  const account = accounts.find(id.toLowerCase()) ?? accounts.findByPrincipalName(id)
  if (!account || !lag.isVisible(account)) throw notFound(id)
  return account
}

async function answerUnder(request: GraphRequest, id: string, path: string): Promise<Response | undefined> {
  if (path === 'revokeSignInSessions' && request.method === 'POST') return revokeSessions(request, id)
  requirePermission(request.caller, permissions.readMemberships)
  return answerMemberships(request, findUser(request, id), path)
}

function listUsers(request: GraphRequest): Response {
  const { caller, lag, url } = request
  requirePermission(caller, permissions.readUsers)
  const options = parseQueryOptions(url, userType)
  const { directory } = caller
  const signInName = options.filter?.signInName
  const candidates =
    signInName === undefined ? directory.accounts.list() : directory.accounts.listBySignInName(signInName)
  const entities = candidates
    .filter((account) => lag.isVisible(account))
    .map((account) => describeUser(account, directory))
  const shown = choose(entities, options).map((entity) => selectUser(entity, options.select))
  return Response.json({ ...odataContext(request, 'users'), ...page(url, shown, options) })
}

function readUser(request: GraphRequest, id: string): Response {
  const { caller, url } = request
  requirePermission(caller, permissions.readUsers)
  const { select } = parseQueryOptions(url, userType)
  const entity = describeUser(findUser(request, id), caller.directory)
  const shown = selectUser(entity, select)
  return Response.json({ ...odataContext(request, 'users/$entity'), ...shown })
}

async function createUser(request: GraphRequest): Promise<Response> {
  const { caller, url } = request
  requirePermission(caller, permissions.writeUsers)
  const fields = parseNewUser(await request.body(), caller.directory)
  const account = refuseConflict(() => caller.directory.accounts.create(fields))
  const entity = describeUser(account, caller.directory)
  const shown = selectFrom(entity, userType, undefined, [
    ...standardUserProperties,
    'accountEnabled',
    'identities',
  ])
  const headers = { Location: `${url.origin}${url.pathname}/${account.objectId}` }
  return Response.json({ ...odataContext(request, 'users/$entity'), ...shown }, { status: 201, headers })
}

async function changeUser(request: GraphRequest, id: string): Promise<Response> {
  const { caller } = request
  const body = await request.body()
  const names = Object.keys(body)
  const onlyEnables = names.length === 1 && names[0] === 'accountEnabled'
  requirePermission(caller, onlyEnables ? permissions.enableUsers : permissions.writeUsers)
  const account = findUser(request, id)
  const change = parseUserChange(body, caller.directory, account.properties)
  refuseConflict(() => caller.directory.accounts.update(account.objectId, change))
  return noContent()
}

function deleteUser(request: GraphRequest, id: string): Response {
  requirePermission(request.caller, permissions.writeUsers)
  request.caller.directory.accounts.delete(findUser(request, id).objectId)
  return noContent()
}

function revokeSessions(request: GraphRequest, id: string): Response {
  const { caller, context } = request
  requirePermission(caller, permissions.writeUsers)
  const account = findUser(request, id)
  // A grant of this very millisecond is revoked too.
  const validFromMs = context.host.clock.now() + 1
  caller.directory.accounts.update(account.objectId, { validFromMs })
  return Response.json({ ...odataContext(request, 'Edm.Boolean'), value: true })
}

function refuseConflict<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AccountConflict)) throw error
    const { target } = error
    const name = target === 'identities' ? 'proxyAddresses' : target
    const message = `Another object with the same value for property ${name} already exists.`
    throw badRequest(message, [{ target: name, code: 'ObjectConflict' }])
  }
}
