/**
 * The record in Cosmos DB: created, never changed; partition key `/subject`.
 */

import { auditPage, readAuditCursor } from '../audit-page.ts'
import type { AuditEvent, AuditStore } from '../stores.ts'
import type { CosmosDatabases } from './cosmos-database.ts'
import { isCosmosStatus } from './cosmos-retry.ts'

/** Makes an audit record in Cosmos, which keeps each event for `lifeDays`. */
export function createCosmosAuditStore(databases: CosmosDatabases, lifeDays: number): AuditStore {
  const container = databases.system('Audit')
  return {
    append: async (event) => {
      try {
        await container.run((events) => events.items.create({ ...event, ttl: lifeDays * 86_400 }))
      } catch (error) {
        // The id is random: a conflict is our own first write whose answer was lost.
        if (!isCosmosStatus(error, 409)) throw error
      }
    },
    list: async ({ subject, pageSize, next }) => {
      // From id to id and not by a continuation, which the SDK has none of where a query in order needs a plan: at Azure,
      // across partitions. One more than the page tells whether there is another.
      const conditions = [
        ...(subject === undefined ? [] : ['c.subject = @subject']),
        ...(next === undefined ? [] : ['c.id < @next']),
      ]
      const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
      const query = {
        query: `SELECT TOP ${pageSize + 1} * FROM c${where} ORDER BY c.id DESC`,
        parameters: [
          ...(subject === undefined ? [] : [{ name: '@subject', value: subject }]),
          ...(next === undefined ? [] : [{ name: '@next', value: readAuditCursor(next) }]),
        ],
      }
      const options = {
        maxItemCount: pageSize + 1,
        ...(subject !== undefined && { partitionKey: subject }),
      }
      const { resources } = await container.run((events) =>
        events.items.query<AuditEvent>(query, options).fetchAll(),
      )
      return auditPage(resources.map(toEvent), pageSize)
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
