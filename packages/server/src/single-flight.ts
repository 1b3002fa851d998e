/**
 * One call for many callers, and a value that is kept until a fixed moment.
 */

import type { Clock } from '@latchkey/common'

/** Runs `load` once for all who ask meanwhile; a failure is shared and then forgotten. */
export function singleFlight<T>(load: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | undefined
  return () => {
    flight ??= load().finally(() => {
      flight = undefined
    })
    return flight
  }
}

/** A value with the moment it must no longer be used. */
export interface Perishable<T> {
  readonly value: T
  readonly keepUntilMs: number
}

/** Values by key, each loaded once for all who ask, kept until a moment that use never postpones. */
export class PerishableCache<T> {
  readonly #clock: Clock
  readonly #maxEntries: number
  readonly #entries = new Map<string, Perishable<T>>()
  readonly #flights = new Map<string, Promise<Perishable<T>>>()

  constructor(clock: Clock, maxEntries = 1_000) {
    this.#clock = clock
    this.#maxEntries = maxEntries
  }

  async get(key: string, load: () => Promise<Perishable<T>>): Promise<T> {
    const entry = this.#entries.get(key)
    if (entry && this.#clock.now() < entry.keepUntilMs) return entry.value
    const running = this.#flights.get(key)
    if (running) return (await running).value
    const flight = load()
    this.#flights.set(key, flight)
    try {
      const loaded = await flight
      // Whatever was cleared while loading must not come back.
      if (this.#flights.get(key) === flight) this.#keep(key, loaded)
      return loaded.value
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#flights.clear()
  }

  #keep(key: string, entry: Perishable<T>): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#maxEntries && oldest !== undefined) this.#entries.delete(oldest)
  }
}
