/**
 * The one family of errors the Latchkey packages throw on purpose.
 *
 * A caller branches on {@link LatchkeyError.code}, never on the message: codes are API and follow semver, messages are
 * prose. Neither message nor details ever holds a key, a token, a password or a connection string, because both end up
 * in logs.
 */

/** Facts about a failure that are safe to log. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>

/** What a {@link LatchkeyError} is made from, besides its message. */
export interface LatchkeyErrorOptions<Code extends string> {
  readonly code: Code
  readonly details?: ErrorDetails
  /** The error that led to this one. */
  readonly cause?: unknown
}

// In the global symbol registry, so that two installed copies of this package agree on it.
const brand: unique symbol = Symbol.for('@latchkey/common/LatchkeyError')

/**
 * An error thrown on purpose, with a stable `code`.
 *
 * Each package publishes the closed union of its codes, for example `FluidErrorCode`.
 *
 * @example
 * ```ts
 * throw new LatchkeyError<FluidErrorCode>('user.name must not be blank', { code: 'ERR_FLUID_USER' })
 * ```
 */
export class LatchkeyError<Code extends string = string> extends Error {
  override readonly name: string = 'LatchkeyError'
  readonly code: Code
  readonly details: ErrorDetails

  constructor(message: string, options: LatchkeyErrorOptions<Code>) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
    this.details = options.details ?? {}
    Object.defineProperty(this, brand, { value: true })
  }
}

/**
 * Checks whether `error` is a {@link LatchkeyError}, with one of `codes` when any are given.
 *
 * Prefer it to `instanceof`, which fails when the error comes from a second copy of this package.
 */
export function isLatchkeyError<Code extends string>(
  error: unknown,
  ...codes: readonly Code[]
): error is LatchkeyError<Code> {
  if (!(error instanceof Error && Reflect.has(error, brand))) return false
  return codes.length === 0 || codes.includes((error as LatchkeyError<Code>).code)
}
