/**
 * Failures between a page and its Latchkey server.
 */

/** The codes of {@link LatchkeyClientError}. */
export type LatchkeyClientErrorCode =
  | 'ERR_CLIENT_OPTIONS'
  | 'ERR_CLIENT_UNREACHABLE'
  | 'ERR_CLIENT_SIGNED_OUT'
  | 'ERR_CLIENT_REFUSED'
  | 'ERR_CLIENT_ANSWER'

/**
 * A request that failed or was refused.
 *
 * `canRetry` is true when the same request may succeed later.
 */
export class LatchkeyClientError extends Error {
  override readonly name: string = 'LatchkeyClientError'
  readonly code: LatchkeyClientErrorCode
  /** The HTTP status; 0 without an answer. */
  readonly status: number
  /** The `code` of the server's problem+json, for example `insufficient_scope`; empty without one. */
  readonly problem: string

  constructor(message: string, code: LatchkeyClientErrorCode, status = 0, problem = '', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = status
    this.problem = problem
  }

  get canRetry(): boolean {
    if (this.code === 'ERR_CLIENT_OPTIONS') return false
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** The error for an argument that is none. */
export function wrong(name: string, what: string): LatchkeyClientError {
  return new LatchkeyClientError(`${name} must be ${what}`, 'ERR_CLIENT_OPTIONS')
}
