/**
 * Who may work through this resource as a Teams Phone user.
 */

import type { Database } from '../host/database.ts'

/** A person or resource account of a tenant, assigned to this resource; its ids are in lower case. */
export interface TeamsAssignment {
  readonly tenantId: string
  readonly objectId: string
  readonly principalType: 'user' | 'resourceAccount'
  /** The applications it holds for; empty for all. */
  readonly clientIds: readonly string[]
}

/** Keeps assignments. */
export class TeamsAssignments {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
    database.exec(`CREATE TABLE IF NOT EXISTS teams_assignments (
      tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, principal_type TEXT NOT NULL, client_ids TEXT NOT NULL,
      PRIMARY KEY (tenant_id, object_id)) STRICT, WITHOUT ROWID`)
  }

  find(tenantId: string, objectId: string): TeamsAssignment | undefined {
    const sql = 'SELECT * FROM teams_assignments WHERE tenant_id = ? AND object_id = ?'
    const row = this.#database.get(sql, tenantId, objectId)
    if (!row) return undefined
    const principalType = row['principal_type'] === 'user' ? 'user' : 'resourceAccount'
    return { tenantId, objectId, principalType, clientIds: JSON.parse(String(row['client_ids'])) }
  }

  put({ clientIds, objectId, principalType, tenantId }: TeamsAssignment): void {
    const sql = 'INSERT OR REPLACE INTO teams_assignments VALUES (?, ?, ?, ?)'
    this.#database.run(sql, tenantId, objectId, principalType, JSON.stringify(clientIds))
  }

  delete(tenantId: string, objectId: string): void {
    const sql = 'DELETE FROM teams_assignments WHERE tenant_id = ? AND object_id = ?'
    this.#database.run(sql, tenantId, objectId)
  }

  reset(): void {
    this.#database.run('DELETE FROM teams_assignments')
  }
}
