import { z } from 'zod'
import { deleteAccount } from '../../flows/delete-account.ts'
import { updateProfile } from '../../flows/update-profile.ts'
import { userInfoOf } from '../../flows/user-info.ts'
import { defineRoute, type Route, signedIn } from '../route.ts'
import { userRowSchema } from '../user-row-schema.ts'

const column = z.string().max(200).optional()
const meSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  role: z.string(),
  profile: userRowSchema.nullable(),
})

/** The caller's own account. */
export const meRoutes: readonly Route[] = [
  defineRoute('v1', {
    method: 'GET',
    path: '/v1/me',
    access: 'person',
    limit: 'read',
    summary: "The caller's profile and role",
    answers: { 200: meSchema },
    handle: async (request) => {
      const { id, name: displayName, role } = signedIn(request)
      const profile = (await userInfoOf(request.parts, id)) ?? null
      return Response.json({ id, displayName, role, profile })
    },
  }),

  defineRoute('v1', {
    method: 'PATCH',
    path: '/v1/me',
    access: 'person',
    limit: 'read',
    summary: "Changes the caller's profile, but not their identity or role",
    body: z.strictObject({
      firstName: column,
      lastName: column,
      organisationName: column,
      city: column,
      region: column,
      country: column,
      language: column,
    }),
    answers: { 200: meSchema },
    errors: ['ERR_SERVER_NOT_FOUND'],
    handle: async (request) => {
      const { parts, body } = request
      const person = signedIn(request)
      await parts.sessions.confirm(person)
      const entries = Object.entries(body).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value]],
      )
      const profile = await updateProfile(parts, person, Object.fromEntries(entries))
      const { id, name: displayName, role } = person
      return Response.json({ id, displayName, role, profile })
    },
  }),

  defineRoute('v1', {
    method: 'DELETE',
    path: '/v1/me',
    access: 'person',
    limit: 'signIn',
    summary: "Deletes the caller's account and all its data",
    answers: { 204: undefined },
    errors: ['ERR_SERVER_NOT_FOUND', 'ERR_SERVER_LAST_ADMIN', 'ERR_SERVER_CONFLICT'],
    handle: async (request) => {
      const person = signedIn(request)
      await request.parts.sessions.confirm(person)
      await deleteAccount(request.parts, request.context, person, person)
      return new Response(null, { status: 204 })
    },
  }),
]
