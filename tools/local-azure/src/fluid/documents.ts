/**
 * The documents of the tenant and the state their ordering goes on from.
 */

import type { Database } from '../host/database.ts'

/** What is kept of a document, in the shape Fluid's server parts read. */
export interface FluidDocument {
  readonly version: string
  readonly createTime: number
  readonly documentId: string
  readonly tenantId: string
  readonly session: {
    readonly ordererUrl: string
    readonly historianUrl: string
    readonly deltaStreamUrl: string
    readonly isSessionAlive: boolean
    readonly isSessionActive: boolean
  }
  /** Where ordering goes on from, as JSON. */
  deli: string
  /** Where summarizing goes on from, as JSON. */
  scribe: string
}

interface DocumentFilter {
  readonly documentId: string
}

/** Documents in a table of their own; the methods are those of a Fluid document repository. */
export class Documents {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
    database.exec(
      `CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, created INTEGER NOT NULL, creator TEXT NOT NULL,
        value TEXT NOT NULL) STRICT`,
    )
  }

  async readOne(filter: DocumentFilter): Promise<FluidDocument | null> {
    return this.get(filter.documentId) ?? null
  }

  async updateOne(filter: DocumentFilter, change: Partial<FluidDocument>): Promise<void> {
    const sql = 'UPDATE documents SET value = json_patch(value, ?) WHERE id = ?'
    this.#database.run(sql, JSON.stringify(change), filter.documentId)
  }

  async deleteOne(filter: DocumentFilter): Promise<void> {
    this.#database.run('DELETE FROM documents WHERE id = ?', filter.documentId)
  }

  async findOneOrCreate(
    filter: DocumentFilter,
    value: FluidDocument,
  ): Promise<{ value: FluidDocument; existing: boolean }> {
    const existing = this.get(filter.documentId)
    if (existing) return { value: existing, existing: true }
    this.create(value)
    return { value, existing: false }
  }

  async findOneAndUpdate(
    filter: DocumentFilter,
    change: Partial<FluidDocument>,
  ): Promise<{ value: FluidDocument; existing: boolean }> {
    await this.updateOne(filter, change)
    const value = this.get(filter.documentId)
    if (!value) throw new Error('There is no such document')
    return { value, existing: true }
  }

  async exists(filter: DocumentFilter): Promise<boolean> {
    return this.get(filter.documentId) !== undefined
  }

  get(documentId: string): FluidDocument | undefined {
    const row = this.#database.get('SELECT value FROM documents WHERE id = ?', documentId)
    return row && (JSON.parse(String(row['value'])) as FluidDocument)
  }

  /** Adds a document; `creator` is the id of the person, for the dashboard. */
  create(value: FluidDocument, creator = ''): void {
    const sql = 'INSERT INTO documents VALUES (?, ?, ?, ?)'
    this.#database.run(sql, value.documentId, value.createTime, creator, JSON.stringify(value))
  }

  /** Id, creation time and creator of every document, newest first. */
  list(): { id: string; createdAtMs: number; creator: string }[] {
    const rows = this.#database.all(
      'SELECT id, created, creator FROM documents ORDER BY created DESC LIMIT 200',
    )
    return rows.map((row) => ({
      id: String(row['id']),
      createdAtMs: Number(row['created']),
      creator: String(row['creator']),
    }))
  }
}
