import { z } from 'zod'
import { refreshAny } from '../../flows/refresh.ts'
import type { Route } from '../route.ts'
import { defineFunction, optionalText } from './define-function.ts'
import { succeed, tokenOfSession, tokenOfUpstream, tokenSchema } from './envelope.ts'

/** Exchanges a refresh token for its successor and a new access token. */
export const refreshTokenRoutes: readonly Route[] = defineFunction({
  name: 'RefreshToken',
  methods: ['GET', 'POST'],
  limit: 'refresh',
  summary: 'Exchanges a refresh token for its successor and a new access token',
  input: z.object({ refresh_token: optionalText() }),
  required: { refresh_token: 'refresh_token is missing' },
  answer: z.object({ success: z.literal(true), token: tokenSchema }),
  handle: async ({ parts, context }, input) => {
    const refreshed = await refreshAny(parts, context, input.refresh_token ?? '')
    const now = parts.clock.now()
    return succeed({
      token:
        refreshed.kind === 'own'
          ? tokenOfSession(refreshed.issued, now)
          : tokenOfUpstream(refreshed.tokens, now),
    })
  },
})
