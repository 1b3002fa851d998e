import { z } from 'zod'
import type { Account, AccountWithGroups } from '../../accounts/accounts.ts'
import { roleOf } from '../../accounts/roles.ts'
import { serverError } from '../../errors.ts'
import { record } from '../../flows/audit.ts'
import { deleteAccount } from '../../flows/delete-account.ts'
import { setEnabled } from '../../flows/set-enabled.ts'
import { updateRole } from '../../flows/update-role.ts'
import type { Parts } from '../../parts.ts'
import { readPersonId } from '../../person.ts'
import { defineRoute, type Route, type RouteRequest, signedIn } from '../route.ts'
import { entityTag, requireMatch } from './conditional.ts'
import { nextLinkOf, pageQuery } from './paging.ts'

const accountSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  displayName: z.string(),
  enabled: z.boolean(),
})
const userSchema = accountSchema.extend({ role: z.string() })

/** Accounts, for admins. */
export const userRoutes: readonly Route[] = [
  defineRoute('v1', {
    method: 'GET',
    path: '/v1/users',
    access: 'admin',
    limit: 'admin',
    summary: 'Accounts, a page at a time',
    query: pageQuery,
    answers: { 200: z.object({ value: z.array(accountSchema), nextLink: z.string().optional() }) },
    handle: async (request) => {
      const { parts, context, query } = request
      await record(parts, context, {
        action: 'admin-read',
        actor: signedIn(request).id,
        details: { of: 'users' },
      })
      const { accounts, next } = await parts.accounts.list(query)
      return Response.json({ value: accounts.map(describe), ...nextLinkOf(parts, '/v1/users', query, next) })
    },
  }),

  defineRoute('v1', {
    method: 'GET',
    path: '/v1/users/:id',
    access: 'admin',
    limit: 'admin',
    summary: 'One account with its role',
    answers: { 200: userSchema },
    hasEntityTag: true,
    handle: async (request) => {
      const { parts, context } = request
      const loaded = await load(parts, personIdOf(request))
      const { id } = loaded.account
      const details = { of: 'user' }
      await record(parts, context, {
        action: 'admin-read',
        subject: id,
        actor: signedIn(request).id,
        details,
      })
      return answer(parts, loaded)
    },
  }),

  defineRoute('v1', {
    method: 'PUT',
    path: '/v1/users/:id/role',
    access: 'admin',
    limit: 'admin',
    summary: "Sets a person's role; needs If-Match",
    needsIfMatch: true,
    body: z.strictObject({ role: z.string().min(1).max(64) }),
    answers: { 200: userSchema },
    hasEntityTag: true,
    errors: ['ERR_SERVER_LAST_ADMIN', 'ERR_SERVER_CONFLICT'],
    handle: async (request) => {
      const { parts, context, body, ifMatch } = request
      const id = personIdOf(request)
      const present = await load(parts, id)
      const isMade = roleOf(present.groups, parts.settings.roles) === body.role.trim().toLowerCase()
      requireMatch(ifMatch, tagOf(parts, present), isMade)
      await updateRole(parts, context, signedIn(request), id, body.role)
      return answer(parts, await load(parts, id))
    },
  }),

  defineRoute('v1', {
    method: 'PATCH',
    path: '/v1/users/:id',
    access: 'admin',
    limit: 'admin',
    summary: 'Disables or enables an account',
    body: z.strictObject({ enabled: z.boolean() }),
    answers: { 200: userSchema },
    hasEntityTag: true,
    errors: ['ERR_SERVER_LAST_ADMIN', 'ERR_SERVER_CONFLICT'],
    handle: async (request) => {
      const { parts, context, body } = request
      const id = personIdOf(request)
      await setEnabled(parts, context, signedIn(request), id, body.enabled)
      return answer(parts, await load(parts, id))
    },
  }),

  defineRoute('v1', {
    method: 'DELETE',
    path: '/v1/users/:id',
    access: 'admin',
    limit: 'admin',
    summary: 'Deletes an account and all its data',
    answers: { 204: undefined },
    errors: ['ERR_SERVER_LAST_ADMIN', 'ERR_SERVER_CONFLICT'],
    handle: async (request) => {
      const id = personIdOf(request)
      await deleteAccount(request.parts, request.context, signedIn(request), { id })
      return new Response(null, { status: 204 })
    },
  }),
]

function personIdOf({ params, parts }: Pick<RouteRequest<unknown, unknown>, 'params' | 'parts'>): string {
  const id = readPersonId(params['id'] ?? '', parts.settings.roles)
  if (id === undefined) throw noSuchAccount()
  return id
}

function noSuchAccount(): Error {
  return serverError('ERR_SERVER_NOT_FOUND', 'There is no such account')
}

async function load(parts: Parts, id: string): Promise<AccountWithGroups> {
  const loaded = await parts.accounts.load(id)
  if (!loaded) throw noSuchAccount()
  return loaded
}

function describe({ id, email, displayName, enabled }: Account): z.infer<typeof accountSchema> {
  return { id, email: email ?? null, displayName, enabled }
}

function answer(parts: Parts, loaded: AccountWithGroups): Response {
  const role = roleOf(loaded.groups, parts.settings.roles)
  return Response.json({ ...describe(loaded.account), role }, { headers: { etag: tagOf(parts, loaded) } })
}

function tagOf(parts: Parts, { account, groups }: AccountWithGroups): string {
  return entityTag(account.id, roleOf(groups, parts.settings.roles), String(account.enabled))
}
