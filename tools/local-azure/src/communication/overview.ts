/**
 * What a person would want to see of the service: users, threads and open connections. No token is among it.
 */

import type { Overview } from '../host/service.ts'
import type { Chat } from './chat/chat.ts'
import { formatInstant } from './instants.ts'
import type { RealTime } from './realtime/real-time.ts'
import type { CommunicationResource } from './resource.ts'

/** The state as tables. */
export function describeState(
  resource: CommunicationResource,
  chat: Chat,
  realTime: RealTime,
): readonly Overview[] {
  return [describeIdentities(resource), describeThreads(chat), describeConnections(realTime)]
}

function describeIdentities(resource: CommunicationResource): Overview {
  const tokens = resource.tokens.countLive()
  const rows = resource.identities
    .list()
    .map(({ createdAtMs, deletedAtMs, id }) => [
      id,
      formatInstant(createdAtMs),
      String(tokens.get(id) ?? 0),
      formatIfAny(deletedAtMs),
    ])
  return { title: 'Identities', columns: ['id', 'created', 'tokens', 'deleted'], rows }
}

function describeThreads(chat: Chat): Overview {
  const rows = chat.threads
    .list()
    .map(({ createdAtMs, deletedAtMs, id, topic }) => [
      id,
      topic,
      String(chat.participants.count(id)),
      formatInstant(createdAtMs),
      formatIfAny(deletedAtMs),
    ])
  return { title: 'Chat threads', columns: ['id', 'topic', 'participants', 'created', 'deleted'], rows }
}

function describeConnections(realTime: RealTime): Overview {
  const rows = realTime.endpoints
    .list()
    .map(({ connection, identity, registrationId }) => [
      identity,
      connection ? formatInstant(connection.bearer.expiresAtMs) : 'not connected',
      registrationId ?? '',
    ])
  return { title: 'Real-time connections', columns: ['user', 'token expires', 'registration'], rows }
}

function formatIfAny(atMs: number | undefined): string {
  return atMs === undefined ? '' : formatInstant(atMs)
}
