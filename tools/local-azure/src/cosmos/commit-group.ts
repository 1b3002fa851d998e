/**
 * Requests that arrive in one turn of the event loop, carried out in one transaction: the disk is written once for all of
 * them, and nobody is answered before it is.
 */

import type { Database } from '../host/database.ts'
import type { CosmosAnswer } from './request.ts'

interface Waiting {
  readonly work: () => CosmosAnswer
  readonly answer: (answer: CosmosAnswer) => void
}

/** Commits together what arrives together. */
export class CommitGroup {
  readonly #database: Database
  readonly #reload: () => void
  #waiting: Waiting[] = []

  /** `reload` is called when a transaction was lost, to forget what memory holds of it. */
  constructor(database: Database, reload: () => void) {
    this.#database = database
    this.#reload = reload
  }

  /** Runs `work`, which never throws, at the end of this turn. Resolves after the commit. */
  run(work: () => CosmosAnswer): Promise<CosmosAnswer> {
    return new Promise((answer) => {
      if (this.#waiting.push({ work, answer }) === 1) setImmediate(() => this.flush())
    })
  }

  /** Runs what waits, now. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    const answers = this.#together(waiting) ?? waiting.map(({ work }) => work())
    waiting.forEach(({ answer }, index) => {
      const own = answers[index]
      if (own) answer(own)
    })
  }

  /** The answers, or `undefined` when nothing was done. */
  #together(waiting: readonly Waiting[]): CosmosAnswer[] | undefined {
    // One statement is a transaction by itself.
    if (waiting.length < 2) return undefined
    try {
      return this.#database.transaction(() => waiting.map(({ work }) => this.#within(work)))
    } catch {
      // A full disk, say. Each is tried by itself, so that only those it has no room for fail, and say why.
      this.#reload()
      return undefined
    }
  }

  #within(work: () => CosmosAnswer): CosmosAnswer {
    const answer = work()
    if (!this.#database.inTransaction) throw new Error('The transaction was rolled back by the database')
    return answer
  }
}
