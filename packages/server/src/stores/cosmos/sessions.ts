/**
 * Sessions in Cosmos DB: one document for each, in a partition of its own, every change conditional on what it changes.
 */

import { isBegun, isLive, type Session, startSeconds } from '../../sessions/session.ts'
import type { SessionStore } from '../../sessions/session-store.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'

interface SessionDocument extends Session {
  readonly id: string
  readonly personId: string
  /** Cosmos deletes the document this long after its last change. */
  readonly ttl: number
}

/** Makes a store of sessions in Cosmos. */
export function createCosmosSessionStore(databases: CosmosDatabases): SessionStore {
  const container = databases.system('Sessions')
  const read = (sid: string) =>
    container.find((sessions) => sessions.item(sid, sid).read<SessionDocument & { _etag: string }>())

  return {
    create: async (session) => {
      try {
        const { etag } = await container.run((sessions) => sessions.items.create(toDocument(session)))
        return etag
      } catch (error) {
        if (!isCosmosStatus(error, 409)) throw error
      }
      // The sid is random, so this is our own first write, whose answer was lost; it may have been ended since.
      const document = await read(session.sid)
      return document?.revokedAtMs === null ? document._etag : undefined
    },

    read: async (sid) => {
      const document = await read(sid)
      return document && { session: toSession(document), etag: document._etag }
    },

    rotate: async ({ sid, generation, role, nowMs, checkedAfterMs, idleExpiresAtMs }) => {
      // Numbers of ours, and a role that our own token named, as a literal that holds whatever it is made of.
      const condition =
        `FROM c WHERE c.kind = 'client' AND c.generation = ${generation} AND c.revokedAtMs = null` +
        ` AND c.idleExpiresAtMs > ${nowMs} AND c.absoluteExpiresAtMs > ${nowMs}` +
        ` AND c.accountCheckedAtMs > ${checkedAfterMs} AND c.role = ${JSON.stringify(role)}`
      const operations = [
        { op: 'set' as const, path: '/generation', value: generation + 1 },
        { op: 'set' as const, path: '/rotatedAtMs', value: nowMs },
        { op: 'set' as const, path: '/usedAtMs', value: nowMs },
        { op: 'set' as const, path: '/idleExpiresAtMs', value: idleExpiresAtMs },
      ]
      try {
        const { resource } = await container.change((sessions) =>
          sessions.item(sid, sid).patch<SessionDocument>({ condition, operations }),
        )
        return resource && toSession(resource)
      } catch (error) {
        // 412 after a repeat may be our own first write; the caller reads and finds the present successor.
        if (isCosmosStatus(error, 404, 412)) return undefined
        throw error
      }
    },

    replace: async (session, etag) => {
      const options = { accessCondition: { type: 'IfMatch', condition: etag } }
      try {
        await container.change((sessions) =>
          sessions.item(session.sid, session.sid).replace(toDocument(session), options),
        )
        return true
      } catch (error) {
        if (isCosmosStatus(error, 404, 412)) return false
        throw error
      }
    },

    revoke: async (sid, reason, nowMs) => {
      const operations = [
        { op: 'set' as const, path: '/revokedAtMs', value: nowMs },
        { op: 'set' as const, path: '/endReason', value: reason },
      ]
      try {
        await container.change((sessions) =>
          sessions.item(sid, sid).patch({ condition: 'FROM c WHERE c.revokedAtMs = null', operations }),
        )
      } catch (error) {
        if (!isCosmosStatus(error, 404, 412)) throw error
      }
    },

    listOf: async (personId, nowMs) => {
      const query = {
        query: 'SELECT * FROM c WHERE c.personId = @personId AND c.revokedAtMs = null',
        parameters: [{ name: '@personId', value: personId }],
      }
      const { resources } = await container.run((sessions) =>
        sessions.items.query<SessionDocument>(query).fetchAll(),
      )
      return resources
        .map(toSession)
        .filter((session) => isLive(session, nowMs))
        .sort((a, b) => b.createdAtMs - a.createdAtMs)
    },
  }
}

function toDocument(session: Session): SessionDocument {
  const lifeSeconds = Math.ceil((session.absoluteExpiresAtMs - session.createdAtMs) / 1000)
  const ttl = isBegun(session) ? lifeSeconds : startSeconds
  return { ...session, id: session.sid, personId: session.person.id, ttl }
}

function toSession(document: SessionDocument): Session {
  const { sid, kind, person, role, clientId, generation, createdAtMs, rotatedAtMs } = document
  const { idleExpiresAtMs, absoluteExpiresAtMs, accountCheckedAtMs, revokedAtMs, endReason } = document
  const times = { createdAtMs, rotatedAtMs, idleExpiresAtMs, absoluteExpiresAtMs, accountCheckedAtMs }
  // Sessions of before these were kept have none.
  const { signInsValidFromMs = null, usedAtMs = rotatedAtMs } = document as Partial<SessionDocument>
  const state = { signInsValidFromMs, usedAtMs, revokedAtMs, endReason }
  return { sid, kind, person, role, clientId, generation, ...times, ...state }
}
