import { z } from 'zod'
import { parseLegacyEmail } from '../../accounts/email.ts'
import { personOfRefreshToken } from '../../flows/refresh.ts'
import { userInfoByEmail, userInfoOf } from '../../flows/user-info.ts'
import type { Route } from '../route.ts'
import { userRowSchema } from '../user-row-schema.ts'
import { personOfAccessToken } from './admin.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { succeed } from './envelope.ts'

/** A row of the User table: the caller's own by token, or that of an address. */
export const getUserInfoRoutes: readonly Route[] = defineFunction({
  name: 'GetUserInfo',
  methods: ['GET', 'POST'],
  limit: 'read',
  summary: "A row of the User table: the caller's own, by token, or that of an e-mail address",
  input: z.object({ email: optionalText(1_024), refresh_token: optionalText() }),
  takesBearer: true,
  answer: z.object({ success: z.literal(true), user: userRowSchema.nullable() }),
  handle: async ({ parts, context, bearer }, input) => {
    const { refresh_token: refreshToken } = input
    if (refreshToken !== undefined || bearer !== undefined) {
      const { id } = await (refreshToken === undefined
        ? personOfAccessToken(parts, bearer ?? '')
        : personOfRefreshToken(parts, context, refreshToken))
      return succeed({ user: (await userInfoOf(parts, id)) ?? null })
    }
    const email = parseLegacyEmail(input.email)
    return succeed({ user: (await userInfoByEmail(parts, context, email)) ?? null })
  },
})
