/**
 * `RestError` as `@azure/communication-common` re-exports it, for code that swaps the import.
 *
 * Nothing in this package throws it. {@link isRestError} also knows the ones Azure's own clients throw.
 */

/** What a {@link RestError} is made from, besides its message. */
export interface RestErrorOptions {
  code?: string
  statusCode?: number
  request?: unknown
  response?: unknown
}

/** A request that failed. */
export class RestError extends Error {
  static readonly REQUEST_SEND_ERROR: string = 'REQUEST_SEND_ERROR'
  static readonly PARSE_ERROR: string = 'PARSE_ERROR'

  override readonly name: string = 'RestError'
  code?: string | undefined
  statusCode?: number | undefined
  details?: unknown
  declare readonly request?: unknown
  declare readonly response?: unknown

  /** The errors of Azure's clients are instances too, as they are of the class that the import named before. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a class derived from this one is asked here too, and answers for itself.
    return super[Symbol.hasInstance](value) || (this === RestError && isRestError(value))
  }

  constructor(message: string, { code, request, response, statusCode }: RestErrorOptions = {}) {
    super(message)
    this.code = code
    this.statusCode = statusCode
    // Not enumerable, so that neither JSON.stringify nor console.log prints headers and bodies.
    Object.defineProperty(this, 'request', { value: request })
    Object.defineProperty(this, 'response', { value: response })
  }
}

/** Checks whether `error` is a `RestError`, of this package or of Azure's. */
export function isRestError(error: unknown): error is RestError {
  if (typeof error !== 'object' || error === null) return false
  const { message, name } = error as { message?: unknown; name?: unknown }
  return name === 'RestError' && typeof message === 'string'
}
