/**
 * Azure Communication Services of local Azure: identities, access tokens, chat and real-time notifications.
 */

import { randomBytes } from 'node:crypto'
import type { LocalService, RequestContext, ServiceHost } from '../host/service.ts'
import {
  authorizeChatUser,
  authorizeEntraPerson,
  authorizeListener,
  authorizeOwner,
  clientAudiences,
  type EntraTokenVerifier,
  readChatUser,
  teamsAudience,
} from './authorization.ts'
import { Chat } from './chat/chat.ts'
import { messageRoutes } from './chat/message-routes.ts'
import { participantRoutes } from './chat/participant-routes.ts'
import { signalRoutes } from './chat/signal-routes.ts'
import { threadRoutes } from './chat/thread-routes.ts'
import { CommunicationError, notFound } from './errors.ts'
import { entraExchangeRoutes, teamsExchangeRoutes, teamsExtensionRoutes } from './exchange-routes.ts'
import { identityRoutes } from './identity-routes.ts'
import { readBody } from './json-body.ts'
import { describeState } from './overview.ts'
import { RealTime } from './realtime/real-time.ts'
import { configurationRoutes, connectionRoutes } from './realtime/real-time-routes.ts'
import { CommunicationResource } from './resource.ts'
import { type Dispatch, dispatch } from './routes.ts'
import { teamsAssignmentRoutes } from './teams-assignment-routes.ts'
import { TeamsAssignments } from './teams-assignments.ts'

/** What the service needs from other services. */
export interface CommunicationPorts {
  /** Checks an Entra token; without it, Entra opens nothing. */
  readonly verifyEntraToken?: EntraTokenVerifier
}

/** The communication service of local Azure. */
export function createCommunicationService(host: ServiceHost, ports: CommunicationPorts = {}): LocalService {
  const resource = new CommunicationResource(host)
  const { verifyEntraToken } = ports
  const assignments = new TeamsAssignments(host.database)
  const realTime = new RealTime(resource, (token) => readChatUser(resource, token))
  const chat = new Chat(resource, (notification) => realTime.notify(notification))
  resource.onIdentityDeleted((identity) => chat.forgetIdentity(identity))
  const chatRoutes = [threadRoutes, participantRoutes, messageRoutes, signalRoutes].flatMap((routes) =>
    routes(chat),
  )
  const ownerRoutes = [
    ...identityRoutes(resource),
    ...teamsExchangeRoutes(resource, verifyEntraToken),
    ...teamsAssignmentRoutes(assignments),
  ]
  const userRoutes = [...chatRoutes, ...configurationRoutes()]
  const planes: readonly Dispatch[] = [
    dispatch(ownerRoutes, (incoming) => authorizeOwner(resource, verifyEntraToken, incoming)),
    dispatch(entraExchangeRoutes(resource), (incoming) =>
      authorizeEntraPerson(verifyEntraToken, clientAudiences, incoming),
    ),
    dispatch(teamsExtensionRoutes(resource, assignments), (incoming) =>
      authorizeEntraPerson(verifyEntraToken, [teamsAudience], incoming),
    ),
    dispatch(userRoutes, (incoming) => authorizeChatUser(resource, incoming)),
    dispatch(connectionRoutes(realTime), (incoming) => authorizeListener(resource, incoming)),
  ]
  return {
    name: 'communication',
    fetch: (request, context) => answer(request, context, planes),
    upgrade: (request, socket, head) => realTime.upgrade(request, socket, head),
    overview: () => describeState(resource, chat, realTime),
    nameOf: (identity) => chat.participants.nameOf(identity),
    reset: () => {
      resource.reset()
      chat.reset()
      realTime.reset()
      assignments.reset()
    },
    close: () => {
      chat.close()
      realTime.close()
    },
  }
}

async function answer(
  request: Request,
  context: RequestContext,
  planes: readonly Dispatch[],
): Promise<Response> {
  const startedMs = performance.now()
  const response = await answerOrRefuse(request, context, planes)
  response.headers.set('ms-cv', `${randomBytes(16).toString('base64').slice(0, 22)}.0`)
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
    throw error
  }
}
