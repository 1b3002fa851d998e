/**
 * The operations on threads.
 */

import type { JsonObject } from '@latchkey/common'
import { chatVersions } from '../api-versions.ts'
import { readInstantMs } from '../body-fields.ts'
import { badRequest } from '../errors.ts'
import type { Route } from '../routes.ts'
import type { Chat, ChatCall } from './chat.ts'
import { parseParticipants } from './invitation.ts'
import { answerPage, formatSyncState, parsePageSize, parseSyncState } from './paging.ts'
import type { Participant } from './participants.ts'
import { RepeatableRequests } from './repeatable-requests.ts'
import { parseThreadProperties, patchThreadProperties } from './thread-properties.ts'
import type { ThreadPosition } from './threads.ts'
import { formatThread, formatThreadItem } from './wire-format.ts'

const wholeHistory = 0

/** The operations on threads. */
export function threadRoutes(chat: Chat): readonly Route<ChatCall['caller']>[] {
  const path = '/chat/threads/{threadId}'
  const repeatable = new RepeatableRequests(chat.resource.host.database)
  return [
    { method: 'POST', path: '/chat/threads', versions: chatVersions, handle: create },
    { method: 'GET', path: '/chat/threads', versions: chatVersions, handle: list },
    { method: 'GET', path, versions: chatVersions, handle: describe },
    { method: 'PATCH', path, versions: chatVersions, handle: update },
    { method: 'DELETE', path, versions: chatVersions, handle: remove },
  ]

  function create(call: ChatCall): Response {
    chat.admit(call, 'createThread')
    const body = call.json()
    const requestId = call.headers.get('repeatability-request-id')
    const make = (): object => makeThread(call.caller.identity, body)
    const { answer, id } = repeatable.once(call.caller.identity, requestId, body, make) as Made
    const headers: Record<string, string> = {
      location: `${call.linkOrigin}/chat/threads/${encodeURIComponent(id)}`,
    }
    if (requestId !== null) headers['repeatability-result'] = 'accepted'
    return Response.json(answer, { status: 201, headers })
  }

  function makeThread(identity: string, body: JsonObject): Made {
    const properties = parseThreadProperties(body)
    const { accepted, refused } = parseParticipants(chat.resource, body)
    const self = accepted.find((one) => one.identity === identity)
    const me: Participant = self ?? {
      identity,
      displayName: undefined,
      shareHistoryMs: wholeHistory,
      metadata: {},
    }
    const participants = [me, ...accepted.filter((one) => one.identity !== identity)]
    const thread = chat.resource.host.database.transaction(() => {
      const made = chat.threads.create(properties, identity)
      for (const participant of participants) chat.participants.add(made.id, participant)
      chat.messages.add(made.id, { type: 'participantAdded', content: { participants, initiator: identity } })
      const content = { topic: made.topic, initiator: identity }
      chat.messages.add(made.id, { type: 'topicUpdated', content })
      return made
    })
    chat.tell(thread.id, { kind: 'threadCreated', thread, participants, by: me })
    const invalidParticipants = refused.length > 0 ? { invalidParticipants: refused } : {}
    return { id: thread.id, answer: { chatThread: formatThread(thread), ...invalidParticipants } }
  }

  function list(call: ChatCall): Response {
    chat.admit(call, 'readThreads')
    chat.deleteOverdue()
    const size = parsePageSize(call.query)
    const sinceMs = readInstantMs(call.query.get('startTime'), 'startTime') ?? 0
    const after = parsePosition(parseSyncState(call.query))
    const found = chat.threads.listFor(call.caller.identity, sinceMs, after, size + 1)
    return answerPage(call, found, size, formatThreadItem, ({ id, lastMessageAtMs }) =>
      formatSyncState(`${lastMessageAtMs} ${id}`),
    )
  }

  function describe(call: ChatCall): Response {
    return Response.json(formatThread(chat.enter(call, 'readThreads').thread))
  }

  function update(call: ChatCall): Response {
    const { me, thread } = chat.enter(call, 'updateThread')
    const properties = patchThreadProperties(call.json(), thread)
    chat.resource.host.database.transaction(() => {
      chat.threads.update(thread.id, properties)
      if (properties.topic === thread.topic) return
      const content = { topic: properties.topic, initiator: me.identity }
      chat.messages.add(thread.id, { type: 'topicUpdated', content })
    })
    const atMs = chat.resource.host.clock.now()
    chat.tell(thread.id, { kind: 'threadUpdated', thread: { ...thread, ...properties }, by: me, atMs })
    return new Response(null, { status: 204 })
  }

  function remove(call: ChatCall): Response {
    const { me, thread } = chat.enter(call, 'deleteThread')
    chat.threads.delete(thread.id)
    chat.tell(thread.id, { kind: 'threadDeleted', by: me, atMs: chat.resource.host.clock.now() })
    return new Response(null, { status: 204 })
  }
}

interface Made {
  readonly id: string
  readonly answer: object
}

function parsePosition(text: string | undefined): ThreadPosition | undefined {
  if (text === undefined) return undefined
  const [, at, id] = /^(\d{1,15}) (.+)$/.exec(text) ?? []
  if (at === undefined || id === undefined) throw badRequest('syncState is not valid.', 'syncState')
  return { lastMessageAtMs: Number(at), id }
}
