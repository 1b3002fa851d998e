/**
 * Parsed items in memory, so that a scan does not parse JSON anew.
 *
 * A container is taken in whole at its first scan, when it fits; the container scanned longest ago goes first when
 * memory runs short. Writes keep what is held true.
 */

import type { JsonObject } from '../json.ts'

/** An item with its parsed value. */
export interface ParsedItem {
  readonly seq: number
  readonly key: string
  readonly value: JsonObject
}

/** The most characters of JSON held in parsed form, over all containers. */
const maxCharacters = 96 * 1024 * 1024

interface Residence {
  readonly items: Map<number, ParsedItem>
  readonly byKey: Map<string, Map<number, ParsedItem>>
  characters: number
}

/** The containers that are held in memory, by container number. */
export class Residents {
  readonly #residences = new Map<number, Residence>()

  /** Tells whether a container of this size may be taken in. */
  fits(characters: number): boolean {
    return characters <= maxCharacters
  }

  has(container: number): boolean {
    return this.#residences.has(container)
  }

  /** Takes a container in; its items must come in sequence order. */
  admit(container: number, characters: number, items: Iterable<ParsedItem>): void {
    const residence: Residence = { items: new Map(), byKey: new Map(), characters }
    for (const item of items) put(residence, item)
    this.#residences.set(container, residence)
    this.#evict(container)
  }

  /** The items of a container that is held, in sequence order; those of one partition key when `key` is given. */
  items(container: number, key?: string): Iterable<ParsedItem> {
    const residence = this.#residences.get(container)
    if (!residence) return []
    // Put last: the first of the map is the one scanned longest ago.
    this.#residences.delete(container)
    this.#residences.set(container, residence)
    return (key === undefined ? residence.items : residence.byKey.get(key))?.values() ?? []
  }

  /** An item was written. */
  put(container: number, item: ParsedItem, characters: number): void {
    const residence = this.#residences.get(container)
    if (!residence) return
    put(residence, item)
    residence.characters += characters
    if (residence.characters > maxCharacters) this.#residences.delete(container)
  }

  /** An item was deleted. */
  remove(container: number, seq: number): void {
    const residence = this.#residences.get(container)
    const item = residence?.items.get(seq)
    if (!residence || !item) return
    residence.items.delete(seq)
    const siblings = residence.byKey.get(item.key)
    siblings?.delete(seq)
    if (siblings?.size === 0) residence.byKey.delete(item.key)
  }

  /** Forgets a container, or all. */
  forget(container?: number): void {
    if (container === undefined) this.#residences.clear()
    else this.#residences.delete(container)
  }

  #evict(keep: number): void {
    let total = 0
    for (const { characters } of this.#residences.values()) total += characters
    for (const [container, { characters }] of this.#residences) {
      if (total <= maxCharacters) return
      if (container === keep) continue
      this.#residences.delete(container)
      total -= characters
    }
  }
}

function put(residence: Residence, item: ParsedItem): void {
  residence.items.set(item.seq, item)
  const siblings = residence.byKey.get(item.key)
  if (siblings) siblings.set(item.seq, item)
  else residence.byKey.set(item.key, new Map([[item.seq, item]]))
}
