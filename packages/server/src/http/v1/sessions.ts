import { z } from 'zod'
import { parseEmail } from '../../accounts/email.ts'
import { inputError } from '../../errors.ts'
import { endAllSessions, endSession } from '../../flows/end-sessions.ts'
import { refresh } from '../../flows/refresh.ts'
import { signInWithIdToken, signInWithPassword } from '../../flows/sign-in.ts'
import { isOwnRefreshToken } from '../../sessions/refresh-token.ts'
import type { IssuedSession } from '../../sessions/sessions.ts'
import { refuseAuthorization } from '../bearer.ts'
import { defineRoute, type Route, signedIn } from '../route.ts'

const token = z.string().min(1).max(8_192)

const issuedSchema = z.object({
  accessToken: z.string(),
  accessTokenExpiresOn: z.iso.datetime(),
  refreshToken: z.string(),
  refreshTokenExpiresOn: z.iso.datetime(),
  subject: z.string(),
  role: z.string(),
})

const sessionSchema = z.object({
  sid: z.string(),
  kind: z.enum(['client', 'browser']),
  isCurrent: z.boolean(),
  createdOn: z.iso.datetime(),
  lastUsedOn: z.iso.datetime().describe('Up to an hour early: not every use is written down'),
  expiresOn: z.iso.datetime(),
})

/** Sessions: begin, move on, look at, end. */
export const sessionRoutes: readonly Route[] = [
  defineRoute('v1', {
    method: 'POST',
    path: '/v1/sessions',
    access: 'open',
    limit: 'signIn',
    summary: 'Signs in',
    body: z.discriminatedUnion('grant', [
      z.strictObject({
        grant: z.literal('password'),
        email: z.string().max(254),
        password: z.string().min(1).max(256),
      }),
      z.strictObject({ grant: z.literal('id_token'), idToken: token }),
    ]),
    answers: { 201: issuedSchema },
    errors: ['ERR_SERVER_GRANT', 'ERR_SERVER_CREDENTIALS_TWICE'],
    handle: async ({ parts, context, body, spend, request }) => {
      refuseAuthorization(request)
      if (body.grant === 'id_token') return answer(await signInWithIdToken(parts, context, body.idToken), 201)
      const email = parseEmail(body.email)
      await spend('account', email)
      return answer(await signInWithPassword(parts, context, email, body.password), 201)
    },
  }),

  defineRoute('v1', {
    method: 'POST',
    path: '/v1/sessions/refresh',
    access: 'open',
    limit: 'refresh',
    summary: 'Exchanges a refresh token for its successor and a new access token',
    body: z.strictObject({ refreshToken: z.string().min(1).max(8_192) }),
    answers: { 200: issuedSchema },
    errors: ['ERR_SERVER_GRANT', 'ERR_SERVER_CREDENTIALS_TWICE'],
    handle: async ({ parts, context, body, spend, request }) => {
      refuseAuthorization(request)
      // The session is named in the token; made-up names only spend buckets of their own.
      if (isOwnRefreshToken(body.refreshToken))
        await spend('session', body.refreshToken.split('.')[2]?.slice(0, 22) ?? '')
      return answer(await refresh(parts, context, body.refreshToken), 200)
    },
  }),

  defineRoute('v1', {
    method: 'GET',
    path: '/v1/sessions',
    access: 'person',
    limit: 'read',
    summary: "The caller's live sessions",
    answers: { 200: z.object({ value: z.array(sessionSchema), nextLink: z.string().optional() }) },
    handle: async (request) => {
      const { id, sid } = signedIn(request)
      const sessions = await request.parts.sessions.listOf(id)
      return Response.json({
        value: sessions.map((session) => ({
          sid: session.sid,
          kind: session.kind,
          isCurrent: session.sid === sid,
          createdOn: new Date(session.createdAtMs).toISOString(),
          lastUsedOn: new Date(session.usedAtMs).toISOString(),
          expiresOn: new Date(Math.min(session.idleExpiresAtMs, session.absoluteExpiresAtMs)).toISOString(),
        })),
      })
    },
  }),

  defineRoute('v1', {
    method: 'DELETE',
    path: '/v1/sessions',
    access: 'person',
    limit: 'read',
    summary: "Ends all of the caller's sessions",
    answers: { 204: undefined },
    handle: async (request) => {
      await endAllSessions(request.parts, request.context, signedIn(request))
      return new Response(null, { status: 204 })
    },
  }),

  defineRoute('v1', {
    method: 'DELETE',
    path: '/v1/sessions/:sid',
    access: 'person',
    limit: 'read',
    summary: "Ends one of the caller's sessions; `current` names the one the request came with",
    answers: { 204: undefined },
    errors: ['ERR_SERVER_INPUT'],
    handle: async (request) => {
      const person = signedIn(request)
      const wanted = request.params['sid'] === 'current' ? person.sid : request.params['sid']
      if (wanted === undefined) throw inputError('sid', 'The request came without a session')
      // Somebody else's session and none at all are answered alike.
      await endSession(request.parts, request.context, person, wanted)
      return new Response(null, { status: 204 })
    },
  }),
]

function answer(issued: IssuedSession, status: number): Response {
  const body = {
    accessToken: issued.accessToken,
    accessTokenExpiresOn: issued.accessTokenExpiresOn.toISOString(),
    refreshToken: issued.refreshToken,
    refreshTokenExpiresOn: issued.refreshTokenExpiresOn.toISOString(),
    subject: issued.person.id,
    role: issued.person.role,
  }
  return Response.json(body, { status })
}
