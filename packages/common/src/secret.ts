/**
 * A value that must not be printed.
 *
 * Wrapping a key or a token in a {@link Secret} makes every accidental way out of the process, that is string
 * concatenation, `JSON.stringify`, `console.log` and `util.inspect`, answer `[redacted]`; the only way to the value is
 * {@link Secret.reveal}, which is easy to search for.
 */

const redacted = '[redacted]'

/**
 * Holds a secret value and prints as `[redacted]`.
 *
 * @example
 * ```ts
 * const key = new Secret('…')
 * console.log(`${key}`) // [redacted]
 * sign(key.reveal())
 * ```
 */
export class Secret<T = string> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  /** The value itself. Call it where the value is used, not earlier. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }
}

// Node's util.inspect and console.log look for this symbol; naming it by key keeps this file free of node:util.
Object.defineProperty(Secret.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: () => redacted })
