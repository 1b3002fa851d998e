/**
 * What a person wants to know of the documents, without loading the relay.
 */

import type { Database } from '../host/database.ts'
import type { Overview } from '../host/service.ts'
import { DeltaLog } from './deltas.ts'
import { Documents } from './documents.ts'
import { prepareGitObjects } from './git-objects.ts'

const tables = ['documents', 'deltas', 'scribe_deltas', 'objects', 'heads', 'used_tokens']

/** The documents, for the dashboard. */
export class DocumentList {
  readonly #database: Database
  readonly #documents: Documents
  readonly #deltas: DeltaLog<{ documentId: string; operation: { sequenceNumber: number } }>

  constructor(database: Database) {
    this.#database = database
    this.#documents = new Documents(database)
    this.#deltas = new DeltaLog(database, 'deltas')
    prepareGitObjects(database)
  }

  /** `present` tells how many sockets a document has. */
  overview(present: (documentId: string) => number): readonly Overview[] {
    const rows = this.#documents.list().map(({ id, createdAtMs, creator }) => {
      const commits = "SELECT COUNT(*) AS count FROM objects WHERE document = ? AND kind = 'commit'"
      const summaries = Number(this.#database.get(commits, id)?.['count'] ?? 0)
      return [
        id,
        creator,
        new Date(createdAtMs).toISOString(),
        String(present(id)),
        String(this.#deltas.newest(id)),
        String(summaries),
      ]
    })
    const columns = ['Document', 'Created by', 'Created', 'Connections', 'Operations', 'Summaries']
    return [{ title: 'Documents', columns, rows }]
  }

  /** Forgets every document and every used token. */
  clear(): void {
    for (const table of tables) this.#database.exec(`DROP TABLE IF EXISTS ${table}`)
    prepareGitObjects(this.#database)
    new Documents(this.#database)
    new DeltaLog(this.#database, 'deltas')
  }
}
