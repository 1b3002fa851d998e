/**
 * The plug-in behind `POST /v1/tokens/{service}`, which issues short-lived tokens for a signed-in person.
 */

import type { Clock } from '@latchkey/common'
import type { z } from 'zod'
import type { Person } from '../person.ts'
import type { Random } from '../random.ts'
import type { LatchkeySettings } from '../settings/settings.ts'
import type { CosmosDatabases } from '../stores/cosmos/cosmos-database.ts'
import type { Fetch } from '../upstream-request.ts'

/** One request for a token. */
export interface TokenRequest<Body> {
  /** The caller; absent only if the service accepts guests. */
  readonly person: Person | undefined
  readonly body: Body
  /**
   * Rejects unless the person's session is live now. Call it before creating anything for the person, because an access
   * token outlives its session by minutes.
   *
   * @throws `ERR_SERVER_TOKEN`.
   */
  confirm(): Promise<void>
}

/** A service that issues tokens. */
export interface TokenService<Body = unknown, Answer extends object = object> {
  /** The last segment of its route: `a-z`, `0-9` and `-`. */
  readonly name: string
  readonly summary: string
  /** Whether callers without a session are accepted. Default false. */
  readonly takesGuests?: boolean
  /** The schema of the body; a strict one refuses unknown members. */
  readonly request: z.ZodType<Body>
  readonly response: z.ZodType
  issue(request: TokenRequest<Body>): Promise<Answer>
  /** Finishes what was interrupted and deletes what is past its time. */
  sweep?(): Promise<void>
  /** Removes everything of a person whose account is deleted; safe to repeat. */
  removePerson?(person: Pick<Person, 'id' | 'subject'>): Promise<void>
}

/** What a factory receives. */
export interface TokenServiceContext {
  readonly settings: LatchkeySettings
  readonly clock: Clock
  readonly random: Random
  /** For upstream requests; each records a span. */
  readonly fetch: Fetch
  /** Present when the server stores its data in Cosmos DB. */
  readonly databases: CosmosDatabases | undefined
}

/**
 * Creates a service when the server starts.
 *
 * @example
 * ```ts
 * const latchkey = createLatchkey(settings, { tokenServices: [fluidTokens({ mayOpen })] })
 * ```
 */
export type TokenServiceFactory = (context: TokenServiceContext) => TokenService
