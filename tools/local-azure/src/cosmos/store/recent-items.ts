/**
 * The items read or written last, as stored, so that a point read of one touches no disk.
 */

import type { StoredItem } from './items.ts'

/** The most characters of JSON kept. */
const maxCharacters = 32 * 1024 * 1024

/** A bounded memory of items by container, partition key and id. */
export class RecentItems {
  readonly #items = new Map<string, StoredItem>()
  #characters = 0

  get(container: number, key: string, id: string): StoredItem | undefined {
    return this.#items.get(nameOf(container, key, id))
  }

  put(container: number, item: StoredItem): void {
    const name = nameOf(container, item.key, item.id)
    this.#remove(name)
    this.#items.set(name, item)
    this.#characters += item.body.length
    // The first of the map came in first: in first, out first is good enough and costs no bookkeeping on reads.
    while (this.#characters > maxCharacters) {
      const oldest = this.#items.keys().next().value
      if (oldest === undefined) return
      this.#remove(oldest)
    }
  }

  remove(container: number, key: string, id: string): void {
    this.#remove(nameOf(container, key, id))
  }

  /** Forgets everything: after a rollback, an expiry, or when a container goes. */
  clear(): void {
    this.#items.clear()
    this.#characters = 0
  }

  #remove(name: string): void {
    const item = this.#items.get(name)
    if (!item) return
    this.#items.delete(name)
    this.#characters -= item.body.length
  }
}

// No id holds a slash, and no container number either.
function nameOf(container: number, key: string, id: string): string {
  return `${container}/${id}/${key}`
}
