/**
 * Requests that may be sent again without being done again (`repeatability-request-id`).
 */

import { createHash } from 'node:crypto'
import type { Database } from '../../host/database.ts'
import { badRequest } from '../errors.ts'

/** Keeps the answer of each repeatable request. */
export class RepeatableRequests {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * The answer of the first request with this id by this user; does `work` when this is the first.
   *
   * @throws {@link CommunicationError} `BadRequest` when the same id comes with another body.
   */
  once(identity: string, requestId: string | null, body: object, work: () => object): unknown {
    if (requestId === null) return work()
    const bodyHash = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
    const sql = 'SELECT body_hash, answer FROM repeatable_requests WHERE identity = ? AND request_id = ?'
    const known = this.#database.get(sql, identity, requestId)
    if (known) {
      if (known['body_hash'] === bodyHash) return JSON.parse(String(known['answer']))
      throw badRequest(
        'The repeatability-request-id was used for another request.',
        'repeatability-request-id',
      )
    }
    const answer = work()
    const insert = 'INSERT INTO repeatable_requests VALUES (?, ?, ?, ?)'
    this.#database.run(insert, identity, requestId, bodyHash, JSON.stringify(answer))
    return answer
  }
}
