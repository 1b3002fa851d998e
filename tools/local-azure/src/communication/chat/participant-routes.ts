/**
 * The operations on who takes part in a thread.
 */

import { chatVersions } from '../api-versions.ts'
import { notFound } from '../errors.ts'
import type { Route } from '../routes.ts'
import type { Chat, ChatCall } from './chat.ts'
import { parseParticipants, parseRawIdOf, tooManyParticipants } from './invitation.ts'
import { answerPage, parsePageSize, parseSkip } from './paging.ts'
import { maxParticipants } from './participants.ts'
import { formatParticipant } from './wire-format.ts'

/** The operations on participants. */
export function participantRoutes(chat: Chat): readonly Route<ChatCall['caller']>[] {
  const path = '/chat/threads/{threadId}/participants'
  return [
    { method: 'GET', path, versions: chatVersions, handle: list },
    { method: 'POST', path: `${path}/:add`, versions: chatVersions, handle: add },
    { method: 'POST', path: `${path}/:remove`, versions: chatVersions, handle: remove },
  ]

  function list(call: ChatCall): Response {
    const { thread } = chat.enter(call, 'listParticipants')
    const size = parsePageSize(call.query)
    const skip = parseSkip(call.query)
    const found = chat.participants.list(thread.id, skip, size + 1)
    return answerPage(call, found, size, formatParticipant, () => ({ skip: String(skip + size) }))
  }

  function add(call: ChatCall): Response {
    const { me, thread } = chat.enter(call, 'changeParticipants')
    const now = chat.resource.host.clock.now()
    const { accepted, refused } = parseParticipants(chat.resource, call.json())
    const present = new Set(chat.participants.identities(thread.id))
    const added = accepted.filter(({ identity }) => !present.has(identity))
    if (present.size + added.length > maxParticipants) throw tooManyParticipants(maxParticipants)
    chat.resource.host.database.transaction(() => {
      for (const participant of accepted) chat.participants.add(thread.id, participant)
      const content = { participants: added, initiator: me.identity }
      if (added.length > 0) chat.messages.add(thread.id, { type: 'participantAdded', content })
    })
    if (added.length > 0) {
      chat.tell(thread.id, { kind: 'participantsAdded', participants: added, by: me, atMs: now })
    }
    return Response.json(refused.length > 0 ? { invalidParticipants: refused } : {}, { status: 201 })
  }

  function remove(call: ChatCall): Response {
    const { me, thread } = chat.enter(call, 'changeParticipants')
    const atMs = chat.resource.host.clock.now()
    const removed = chat.participants.find(thread.id, parseRawIdOf(call.json(), 'communicationIdentifier'))
    if (!removed) throw notFound('The participant')
    chat.resource.host.database.transaction(() => {
      const content = { participants: [removed], initiator: me.identity }
      const { id } = chat.messages.add(thread.id, { type: 'participantRemoved', content })
      chat.participants.remove(thread.id, removed.identity, Number(id))
    })
    chat.tell(thread.id, { kind: 'participantsRemoved', participants: [removed], by: me, atMs }, [
      removed.identity,
    ])
    return new Response(null, { status: 204 })
  }
}
