/**
 * The operations on who takes part in a thread.
 */

import { formatRawId, isLatchkeyError, type JsonObject, parseWireIdentifier } from '@latchkey/common'
import { chatVersions } from '../api-versions.ts'
import { mergeMetadata, readInstantMs, readText } from '../body-fields.ts'
import { badRequest, notFound } from '../errors.ts'
import { isJsonObject } from '../json-body.ts'
import type { CommunicationResource } from '../resource.ts'
import type { Route } from '../routes.ts'
import type { Chat, ChatCall } from './chat.ts'
import { answerPage, parsePageSize, parseSkip } from './paging.ts'
import { maxParticipants, maxParticipantsInRequest, type Participant } from './participants.ts'
import { formatParticipant } from './wire-format.ts'

/** Somebody who could not be added. */
export interface InvalidParticipant {
  readonly target: string
  readonly code: string
  readonly message: string
}

/** Those of a request who can be added, and the others. */
export interface Invitation {
  readonly accepted: readonly Participant[]
  readonly refused: readonly InvalidParticipant[]
}

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
    if (present.size + added.length > maxParticipants) throw tooMany(maxParticipants)
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

/** Reads the member `participants`; who is named twice counts once, as named last. */
export function parseParticipants(resource: CommunicationResource, body: JsonObject): Invitation {
  const list = body['participants'] ?? []
  if (!Array.isArray(list)) throw badRequest('participants must be a list.', 'participants')
  if (list.length > maxParticipantsInRequest) throw tooMany(maxParticipantsInRequest)
  const named = new Map(list.map((entry) => parseParticipant(entry)).map((one) => [one.identity, one]))
  const verdicts = [...named.values()].map((participant) => ({
    participant,
    refusal: judge(resource, participant.identity),
  }))
  return {
    accepted: verdicts.filter(({ refusal }) => !refusal).map(({ participant }) => participant),
    refused: verdicts.flatMap(({ refusal }) => refusal ?? []),
  }
}

function parseParticipant(entry: unknown): Participant {
  if (!isJsonObject(entry)) throw badRequest('Each participant must be an object.', 'participants')
  return {
    identity: parseRawIdOf(entry['communicationIdentifier'], 'communicationIdentifier'),
    displayName: readText(entry, 'displayName'),
    shareHistoryMs: readInstantMs(entry['shareHistoryTime'], 'shareHistoryTime') ?? 0,
    metadata: mergeMetadata(entry),
  }
}

function parseRawIdOf(value: unknown, target: string): string {
  try {
    return formatRawId(parseWireIdentifier(value))
  } catch (error) {
    if (isLatchkeyError(error)) throw badRequest('The identifier is not valid.', target)
    throw error
  }
}

// Threads of this resource hold users of this resource.
function judge(resource: CommunicationResource, identity: string): InvalidParticipant | undefined {
  if (resource.identities.find(identity)) return undefined
  const ours = identity.startsWith(`8:acs:${resource.id}_`)
  return ours
    ? { target: identity, code: '404', message: 'Not found' }
    : { target: identity, code: '403', message: 'Permissions check failed' }
}

function tooMany(limit: number): Error {
  return badRequest(`There must be at most ${limit} participants.`, 'participants')
}
