/**
 * The plug-in behind `POST /v1/tokens/{service}`: something that turns a signed-in person into a short-lived token.
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
  /** Who asks; absent only where the service takes guests. */
  readonly person: Person | undefined
  readonly body: Body
  /**
   * Insists that the person's session is live at this moment. A service asks before it makes anything for somebody: an
   * access token outlives its session by minutes.
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
  /** Whether somebody without a session may ask. Default false. */
  readonly takesGuests?: boolean
  /** The body it takes; unknown members are refused when the schema is strict. */
  readonly request: z.ZodType<Body>
  readonly response: z.ZodType
  issue(request: TokenRequest<Body>): Promise<Answer>
  /** Finishes what was interrupted and deletes what is past its time. */
  sweep?(): Promise<void>
  /** Takes everything from a person whose account is deleted; safe to repeat. */
  removePerson?(person: Pick<Person, 'id' | 'subject'>): Promise<void>
}

/** What a service is made with. */
export interface TokenServiceContext {
  readonly settings: LatchkeySettings
  readonly clock: Clock
  readonly random: Random
  /** For requests to the service behind: each leaves a span. */
  readonly fetch: Fetch
  /** Present when the server keeps its things in Cosmos DB. */
  readonly databases: CosmosDatabases | undefined
}

/**
 * Makes a service when the server starts.
 *
 * @example
 * ```ts
 * const latchkey = createLatchkey(settings, { tokenServices: [fluidTokens({ mayOpen })] })
 * ```
 */
export type TokenServiceFactory = (context: TokenServiceContext) => TokenService
