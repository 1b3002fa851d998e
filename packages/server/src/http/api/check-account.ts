import { z } from 'zod'
import { parseLegacyEmail } from '../../accounts/email.ts'
import { checkAccount } from '../../flows/check-account.ts'
import type { Route } from '../route.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { succeed, userOf, userSchema } from './envelope.ts'

/** Finds the account of an address, or makes one in the group `new`. */
export const checkAccountRoutes: readonly Route[] = defineFunction({
  name: 'CheckAccount',
  methods: ['GET', 'POST'],
  limit: 'checkAccount',
  summary: 'Finds the account of an e-mail address, or creates one',
  input: z.object({ email: optionalText(1_024) }),
  required: { email: 'The email is missing' },
  answer: z.object({ success: z.literal(true), exist: z.boolean(), user: userSchema }),
  handle: async ({ parts, context }, { email }) => {
    const { exist, account } = await checkAccount(parts, context, parseLegacyEmail(email))
    return succeed({ exist, user: userOf(account) })
  },
})
