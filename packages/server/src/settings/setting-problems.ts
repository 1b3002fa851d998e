/**
 * What is wrong with an environment, all of it: whoever sets a server up wants one list and not one restart for each line.
 */

import { serverError } from '../errors.ts'

/** Remembers, for each variable, the first thing that is wrong with it. */
export class SettingProblems {
  readonly #reasons = new Map<string, string>()

  /** Remembers that a variable is wrong. `why` goes on after its name, and never holds a value. */
  add(variable: string, why: string): void {
    if (!this.#reasons.has(variable)) this.#reasons.set(variable, why)
  }

  /** Whether anything is wrong with one of these; what is compared with them would be a second complaint about one mistake. */
  concern(...variables: readonly string[]): boolean {
    return variables.some((variable) => this.#reasons.has(variable))
  }

  /** @throws `ERR_SERVER_SETTINGS` when anything is wrong, with every variable and its reason. */
  throwIfAny(): void {
    const [first, ...others] = [...this.#reasons].map(([variable, why]) => `${variable} ${why}`)
    if (first === undefined) return
    const variables = [...this.#reasons.keys()]
    const message = [first, ...others].join('\n  ')
    throw serverError(
      'ERR_SERVER_SETTINGS',
      others.length === 0 ? first : `${variables.length} settings are missing or wrong:\n  ${message}`,
      { variable: variables[0] ?? '', variables: variables.join(',') },
    )
  }
}
