/**
 * Azure Communication Services of local Azure: identities, access tokens, chat and real-time notifications.
 */

import { randomUUID } from 'node:crypto'
import type { LocalService, Overview, RequestContext, ServiceHost } from '../host/service.ts'
import { authorizeOwner, type EntraTokenVerifier } from './authorization.ts'
import { allowOrigin, answerPreflight } from './cross-origin.ts'
import { CommunicationError, notFound } from './errors.ts'
import { identityRoutes } from './identity-routes.ts'
import { formatInstant } from './instants.ts'
import { readBody } from './json-body.ts'
import { CommunicationResource } from './resource.ts'
import { type Dispatch, dispatch } from './routes.ts'

/** What the service needs from other services. */
export interface CommunicationPorts {
  /** Checks an Entra token; without it, Entra opens nothing. */
  readonly verifyEntraToken?: EntraTokenVerifier
}

/** The communication service of local Azure. */
export function createCommunicationService(host: ServiceHost, ports: CommunicationPorts = {}): LocalService {
  const resource = new CommunicationResource(host)
  const { verifyEntraToken } = ports
  const planes: readonly Dispatch[] = [
    dispatch(identityRoutes(resource), (incoming) => authorizeOwner(resource, verifyEntraToken, incoming)),
  ]
  return {
    name: 'communication',
    fetch: async (request, context) => {
      const response = answerPreflight(request) ?? (await answer(request, context, planes))
      allowOrigin(request, response)
      return response
    },
    overview: () => [describeIdentities(resource)],
    reset: () => resource.reset(),
    close: () => undefined,
  }
}

async function answer(
  request: Request,
  context: RequestContext,
  planes: readonly Dispatch[],
): Promise<Response> {
  const startedMs = performance.now()
  const response = await answerOrRefuse(request, context, planes)
  response.headers.set('ms-cv', `${randomUUID().replaceAll('-', '').slice(0, 22)}.0`)
  response.headers.set('request-context', 'appId=')
  response.headers.set('x-processing-time', `${Math.round(performance.now() - startedMs)}ms`)
  const requestId = request.headers.get('x-ms-client-request-id')
  if (requestId) response.headers.set('x-ms-client-request-id', requestId)
  return response
}

async function answerOrRefuse(
  request: Request,
  context: RequestContext,
  planes: readonly Dispatch[],
): Promise<Response> {
  try {
    const incoming = { request, target: context.target, body: await readBody(request) }
    for (const plane of planes) {
      const response = plane(incoming)
      if (response) return await response
    }
    throw notFound('The resource')
  } catch (error) {
    if (error instanceof CommunicationError) return error.toResponse()
    const failure = new CommunicationError('InternalServerError', 'The request could not be completed.')
    return failure.toResponse()
  }
}

function describeIdentities(resource: CommunicationResource): Overview {
  const tokens = resource.tokens.countLive()
  const rows = resource.identities
    .list()
    .map(({ createdAtMs, deletedAtMs, id }) => [
      id,
      formatInstant(createdAtMs),
      String(tokens.get(id) ?? 0),
      deletedAtMs === undefined ? '' : formatInstant(deletedAtMs),
    ])
  return { title: 'Identities', columns: ['id', 'created', 'tokens', 'deleted'], rows }
}
