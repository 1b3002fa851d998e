/**
 * The record in Cosmos DB: created, never changed; partition key `/subject`.
 */

import type { AuditEvent, AuditStore } from '../stores.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'
import { cursorFailure, readCursor, writeCursor } from './cursor.ts'

const lifeSeconds = 400 * 86_400

/** Makes an audit record in Cosmos. */
export function createCosmosAuditStore(databases: CosmosDatabases): AuditStore {
  const container = databases.system('Audit')
  return {
    append: async (event) => {
      try {
        await container.run((events) => events.items.create({ ...event, ttl: lifeSeconds }))
      } catch (error) {
        // The id is random: a conflict is our own first write whose answer was lost.
        if (!isCosmosStatus(error, 409)) throw error
      }
    },
    list: async ({ subject, pageSize, next }) => {
      const query = {
        query:
          subject === undefined
            ? 'SELECT * FROM c ORDER BY c.at DESC'
            : 'SELECT * FROM c WHERE c.subject = @subject ORDER BY c.at DESC',
        parameters: subject === undefined ? [] : [{ name: '@subject', value: subject }],
      }
      const options = {
        maxItemCount: pageSize,
        ...(subject !== undefined && { partitionKey: subject }),
        ...(next !== undefined && { continuationToken: readCursor(next) }),
      }
      const page = await container
        .run((events) => events.items.query<AuditEvent>(query, options).fetchNext())
        .catch((error: unknown) => {
          throw cursorFailure(error, next)
        })
      const events = (page.resources ?? []).map(toEvent)
      const after = writeCursor(page.continuationToken)
      return after === undefined ? { events } : { events, next: after }
    },
  }
}

function toEvent(document: AuditEvent): AuditEvent {
  const { id, action, subject, actor, client, at, outcome, correlationId, callerCorrelationId } = document
  return {
    ...{ id, action, subject, actor, client, at, outcome, correlationId },
    ...(callerCorrelationId !== undefined && { callerCorrelationId }),
    details: document.details,
  }
}
