/**
 * Who a request names as participants, and who of them can be one.
 */

import { formatRawId, isLatchkeyError, type JsonObject, parseWireIdentifier } from '@latchkey/common'
import { mergeMetadata, readInstantMs, readText } from '../body-fields.ts'
import { badRequest, type CommunicationError } from '../errors.ts'
import { isJsonObject } from '../json-body.ts'
import type { CommunicationResource } from '../resource.ts'
import { maxParticipantsInRequest, type Participant } from './participants.ts'

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

/** Reads the member `participants`; who is named twice counts once, as named last. */
export function parseParticipants(resource: CommunicationResource, body: JsonObject): Invitation {
  const list = body['participants'] ?? []
  if (!Array.isArray(list)) throw badRequest('participants must be a list.', 'participants')
  if (list.length > maxParticipantsInRequest) throw tooManyParticipants(maxParticipantsInRequest)
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

/** Reads an identifier as its raw id. */
export function parseRawIdOf(value: unknown, target: string): string {
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

/** 400 for too many participants. */
export function tooManyParticipants(limit: number): CommunicationError {
  return badRequest(`There must be at most ${limit} participants.`, 'participants')
}
