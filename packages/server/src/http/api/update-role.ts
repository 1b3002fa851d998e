import { z } from 'zod'
import { parseLegacyEmail } from '../../accounts/email.ts'
import { inputError } from '../../errors.ts'
import { updateRole } from '../../flows/update-role.ts'
import type { Route } from '../route.ts'
import { requireAdmin } from './admin.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { succeed } from './envelope.ts'

/** Leaves the person of an address with exactly one role. Never makes an account. */
export const updateRoleRoutes: readonly Route[] = defineFunction({
  name: 'UpdateRole',
  methods: ['POST'],
  limit: 'admin',
  summary: 'Leaves the person of an address with exactly one role',
  input: z.object({
    auth_token: optionalText(),
    refresh_token: optionalText(),
    email: optionalText(1_024),
    role: optionalText(128),
  }),
  answer: z.object({ success: z.literal(true) }),
  handle: async ({ parts, context }, input) => {
    const actor = await requireAdmin(parts, context, {
      authToken: input.auth_token,
      refreshToken: input.refresh_token,
    })
    const account = await parts.accounts.findByEmail(parseLegacyEmail(input.email))
    if (!account) throw inputError('email', 'The email is not known')
    await updateRole(parts, context, actor, account.id, input.role ?? '')
    return succeed()
  },
})
