import { z } from 'zod'
import { parseLegacyEmail } from '../../accounts/email.ts'
import { inputError } from '../../errors.ts'
import { updateRole } from '../../flows/update-role.ts'
import { type Route, signedIn } from '../route.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { succeed } from './envelope.ts'

/** Leaves the person of an address with exactly one role. Never makes an account. */
export const updateRoleRoutes: readonly Route[] = defineFunction({
  name: 'UpdateRole',
  methods: ['POST'],
  limit: 'admin',
  summary: 'Sets the role of the person with an e-mail address',
  input: z.object({
    auth_token: optionalText(),
    refresh_token: optionalText(),
    email: optionalText(1_024),
    role: optionalText(128),
  }),
  adminBy: (input) => ({ authToken: input.auth_token, refreshToken: input.refresh_token }),
  required: { email: 'The email is missing', role: 'The role is missing' },
  errors: ['ERR_SERVER_NOT_FOUND', 'ERR_SERVER_LAST_ADMIN', 'ERR_SERVER_CONFLICT'],
  answer: z.object({ success: z.literal(true) }),
  handle: async (request, input) => {
    const { parts, context } = request
    const account = await parts.accounts.findByEmail(parseLegacyEmail(input.email))
    if (!account) throw inputError('email', 'The email is not known')
    await updateRole(parts, context, signedIn(request), account.id, input.role ?? '')
    return succeed()
  },
})
