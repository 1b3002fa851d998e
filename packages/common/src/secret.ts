/**
 * A value that must not be printed.
 *
 * A key or token in a {@link Secret} becomes `[redacted]` wherever it could leak: string concatenation, `JSON.stringify`,
 * `console.log` and `util.inspect`. Only {@link Secret.reveal}, which is easy to search for, returns the value.
 */

/** What a secret prints as. */
export const redacted = '[redacted]'

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
    redactInspection(this)
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

/**
 * Makes `util.inspect` and `console.log` print `instance` as `[redacted]`. It is for constructors: done to a prototype, it
 * would be work at import, and no bundler could leave an unused class out.
 */
export function redactInspection(instance: object): void {
  // Naming the symbol by its key keeps this file free of node:util.
  Object.defineProperty(instance, Symbol.for('nodejs.util.inspect.custom'), { value: () => redacted })
}
