/** A chat service in a few lines, as the transport of the real client: one thread, paged participants, bearer tokens. */

import type { ChatClientOptions } from '@azure/communication-chat'
import { createHttpHeaders, type PipelineRequest } from '@azure/core-rest-pipeline'
import type { SerializedCommunicationIdentifier } from '@latchkey/common'

type HttpClient = NonNullable<ChatClientOptions['httpClient']>

/** Somebody in the thread, as the wire has it. */
export interface WireParticipant {
  readonly communicationIdentifier: SerializedCommunicationIdentifier
  readonly displayName?: string
}

/** What the service knows and what it saw. */
export interface ChatService {
  readonly httpClient: HttpClient
  readonly participants: WireParticipant[]
  /** The token of each request. */
  readonly tokens: string[]
  /** Judges a token. */
  accepts: (token: string) => boolean
}

export const threadId = '19:abc@thread.v2'
const path = `/chat/threads/${encodeURIComponent(threadId)}`

/** Starts with nobody in the thread and every token welcome. */
export function createChatService(): ChatService {
  const service: ChatService = {
    participants: [],
    tokens: [],
    accepts: () => true,
    httpClient: {
      sendRequest: async (request: PipelineRequest) => {
        const token = (request.headers.get('authorization') ?? '').replace('Bearer ', '')
        service.tokens.push(token)
        const [status, body] = service.accepts(token)
          ? answer(new URL(request.url), service.participants)
          : [401, failure('Unauthorized', 'Request is not authorized.')]
        const headers = createHttpHeaders({ 'content-type': 'application/json' })
        return { request, status, headers, bodyAsText: JSON.stringify(body) }
      },
    },
  }
  return service
}

function answer(url: URL, participants: readonly WireParticipant[]): [number, unknown] {
  if (url.pathname === path) {
    const createdByCommunicationIdentifier = { rawId: '8:acs:r_1', communicationUser: { id: '8:acs:r_1' } }
    const createdOn = '2026-11-21T20:00:00Z'
    return [200, { id: threadId, topic: 'Locks', createdOn, createdByCommunicationIdentifier }]
  }
  if (url.pathname !== `${path}/participants`) return [404, failure('NotFound', 'No such thread.')]
  const skip = Number(url.searchParams.get('skip') ?? 0)
  const size = Number(url.searchParams.get('maxPageSize') ?? 100)
  const value = participants.slice(skip, skip + size)
  const next = skip + size
  const nextLink = `${url.origin}${path}/participants?skip=${next}&maxPageSize=${size}&api-version=2025-03-15`
  return [200, next < participants.length ? { value, nextLink } : { value }]
}

function failure(code: string, message: string): unknown {
  return { error: { code, message } }
}
