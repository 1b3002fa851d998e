import type { Parts } from '../../parts.ts'
import { spanNames } from '../../telemetry/spans.ts'
import { cosmosTokens } from '../../tokens/cosmos.ts'
import type { TokenService } from '../../tokens/token-service.ts'
import { logIssue } from '../log-issue.ts'
import { defineRoute, type Route } from '../route.ts'

/** One route for each token service, `cosmos` among them. */
export function tokenRoutes(parts: Parts): readonly Route[] {
  return [cosmosTokens(parts), ...parts.tokenServices.values()].map(routeOf)
}

function routeOf(service: TokenService): Route {
  return defineRoute<unknown, undefined>('v1', {
    method: 'POST',
    path: `/v1/tokens/${service.name}`,
    access: service.takesGuests ? 'guest' : 'person',
    limit: 'read',
    summary: service.summary,
    body: service.request,
    answers: { 200: service.response },
    errors: ['ERR_SERVER_FORBIDDEN', 'ERR_SERVER_NOT_FOUND', 'ERR_SERVER_CONFLICT'],
    handle: async ({ parts, context, person, body }) => {
      const attributes = { 'latchkey.service': service.name }
      const answer = await parts.inSpan(spanNames.issueToken, attributes, () =>
        service.issue({
          person,
          body,
          confirm: async () => person && parts.sessions.confirm(person),
        }),
      )
      logIssue(parts, context, service.name, person)
      return Response.json(answer)
    },
  })
}
