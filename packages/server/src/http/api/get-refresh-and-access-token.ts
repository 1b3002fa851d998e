import { z } from 'zod'
import { parseLegacyEmail } from '../../accounts/email.ts'
import { inputError } from '../../errors.ts'
import { signInUpstream, signInWithIdToken, signInWithPassword } from '../../flows/sign-in.ts'
import type { IssuedSession } from '../../sessions/sessions.ts'
import type { Route } from '../route.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { succeed, tokenOfSession, tokenOfUpstream, tokenSchema } from './envelope.ts'

/** Signs in with an id token, or with an address and a password. */
export const getRefreshAndAccessTokenRoutes: readonly Route[] = defineFunction({
  name: 'GetRefreshAndAccessToken',
  methods: ['GET', 'POST'],
  limit: 'signIn',
  summary: "Signs in with the identity provider's id token, or with an e-mail address and a password",
  input: z.object({ id_token: optionalText(), email: optionalText(1_024), password: optionalText(256) }),
  answer: z.object({ success: z.literal(true), token: tokenSchema, group: z.string() }),
  handle: async (request, input) => {
    const { parts, context } = request
    const answer = (issued: IssuedSession): Response =>
      succeed({ token: tokenOfSession(issued, parts.clock.now()), group: issued.session.role })
    if (input.id_token !== undefined) return answer(await signInWithIdToken(parts, context, input.id_token))
    if (input.email === undefined || input.password === undefined)
      throw inputError('email', 'email & password are required')
    const email = parseLegacyEmail(input.email)
    await request.spend('account', email)
    if (parts.settings.api.tokens === 'own')
      return answer(await signInWithPassword(parts, context, email, input.password))
    const { tokens, person } = await signInUpstream(parts, context, email, input.password)
    return succeed({ token: tokenOfUpstream(tokens, parts.clock.now()), group: person.role })
  },
})
