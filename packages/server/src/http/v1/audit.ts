import { z } from 'zod'
import { record } from '../../flows/audit.ts'
import { defineRoute, type Route, signedIn } from '../route.ts'
import { nextLinkOf, subjectPageQuery } from './paging.ts'

const eventSchema = z.object({
  id: z.string(),
  action: z.string(),
  subject: z.string(),
  actor: z.string(),
  client: z.string(),
  at: z.iso.datetime(),
  outcome: z.enum(['allowed', 'refused', 'failed']),
  correlationId: z.string(),
  callerCorrelationId: z.string().optional(),
  details: z.record(z.string(), z.string()),
})

/** The record, for admins. */
export const auditRoutes: readonly Route[] = [
  defineRoute('v1', {
    method: 'GET',
    path: '/v1/audit',
    access: 'admin',
    limit: 'admin',
    summary: 'The record of who did what, newest first',
    query: subjectPageQuery,
    answers: { 200: z.object({ value: z.array(eventSchema), nextLink: z.string().optional() }) },
    handle: async (request) => {
      const { parts, context, query } = request
      await record(parts, context, {
        action: 'admin-read',
        actor: signedIn(request).id,
        details: { of: 'audit' },
      })
      const { events, next } = await parts.stores.audit.list(query)
      return Response.json({ value: events, ...nextLinkOf(parts, '/v1/audit', query, next) })
    },
  }),
]
