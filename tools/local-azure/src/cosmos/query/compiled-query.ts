/**
 * A query with its parameters, ready to be run over items, all at once or page by page.
 */

import type { Json, JsonObject } from '../json.ts'
import type { PartitionKeyDefinition, PartitionKeyValue } from '../partition-key.ts'
import type { ParsedItem } from '../store/residents.ts'
import { compileSelect, type Select } from './compile-select.ts'
import type { Cursor } from './compile-sources.ts'
import type { Position } from './continuation.ts'
import { findIds, findKey } from './lookup.ts'
import { type OrderPath, orderPaths } from './order-paths.ts'
import { parseQuery } from './parse-query.ts'
import { type QuerySetting, type Row, Scope } from './scope.ts'
import { positionBefore, type SortedRow, sortRows } from './sorted-rows.ts'
import type { Query } from './syntax.ts'
import type { Value } from './values.ts'

/** A query as it is posted. */
export interface QuerySpec {
  readonly text: string
  readonly parameters: ReadonlyMap<string, Json>
}

export interface PageOptions {
  readonly after?: Position | undefined
  /** The most results. */
  readonly limit: number
}

/** Some of the results of a query. */
export interface Page {
  /** Each result as JSON text. */
  readonly rows: readonly string[]
  /** Where to go on; absent at the end. */
  readonly next?: Position | undefined
  readonly scanned: number
}

/** The most characters of a page. */
const maxPageCharacters = 4 * 1024 * 1024

/** Compiles a query. Throws 400. */
export function compileQuery(spec: QuerySpec, options: { readonly nowMs: number }): CompiledQuery {
  return new CompiledQuery(parseQuery(spec.text), spec, options.nowMs)
}

/** A query that can be run once. */
export class CompiledQuery {
  readonly #query: Query
  readonly #select: Select
  readonly #cursor: Cursor = { items: [], seq: 0, ordinal: 0, scanned: 0 }
  readonly #parameters: ReadonlyMap<string, Json>

  constructor(query: Query, spec: QuerySpec, nowMs: number) {
    let slots = 0
    const setting: QuerySetting = {
      parameters: spec.parameters,
      nowMs,
      allocate: () => {
        slots += 1
        return slots - 1
      },
    }
    this.#query = query
    this.#parameters = spec.parameters
    this.#select = compileSelect(query, new Scope(setting), this.#cursor)
  }

  /** The ids the results must be among, when WHERE says so. */
  get ids(): readonly string[] | undefined {
    return findIds(this.#query, this.#parameters)
  }

  /** The partition key all results have, when WHERE says so. */
  keyOf(definition: PartitionKeyDefinition): PartitionKeyValue | undefined {
    return findKey(this.#query, this.#parameters, definition)
  }

  /** The paths of ORDER BY. Throws 400 when one is no path into the item. */
  orderPaths(): OrderPath[] {
    return orderPaths(this.#query)
  }

  /** All results. */
  run(items: Iterable<ParsedItem>): { readonly rows: readonly Value[]; readonly scanned: number } {
    this.#cursor.items = items
    const rows = this.#select.results([])
    return { rows, scanned: this.#cursor.scanned }
  }

  /** Some results. */
  page(items: Iterable<ParsedItem>, options: PageOptions): Page {
    this.#cursor.items = items
    const { distinct, top, offset, orderBy, sources } = this.#query
    // Rows of a subquery in FROM belong to no one item, either.
    const derived = sources[0]?.from?.kind === 'subquery'
    if (distinct || top || offset || derived || this.#select.grouped || options.after?.kind === 'count') {
      return this.#pageByCount(options)
    }
    return orderBy.length > 0 ? this.#pageByOrder(options) : this.#pageByRow(options)
  }

  #pageByCount({ after, limit }: PageOptions): Page {
    const from = after?.kind === 'count' ? after.count : 0
    const results = this.#select.results([], Number.isFinite(limit) ? from + limit + 1 : limit)
    const sink = new PageSink(limit)
    let index = from
    while (index < results.length && sink.add(results[index])) index += 1
    const next: Position | undefined = index < results.length ? { kind: 'count', count: index } : undefined
    return { rows: sink.rows, next, scanned: this.#cursor.scanned }
  }

  #pageByRow({ after, limit }: PageOptions): Page {
    const cursor = this.#cursor
    const { walk, project } = this.#select
    const from = after?.kind === 'row' ? after : undefined
    if (from) cursor.items = skipBefore(cursor.items, from.seq)
    const sink = new PageSink(limit)
    let last: Position | undefined
    const complete = walk([], (row) => {
      const { seq, ordinal } = cursor
      cursor.ordinal += 1
      if (from && seq === from.seq && ordinal <= from.ordinal) return true
      const value = project(row)
      if (value === undefined) return true
      if (!sink.add(value)) return false
      last = { kind: 'row', seq, ordinal, keys: [] }
      return true
    })
    return { rows: sink.rows, next: complete ? undefined : last, scanned: cursor.scanned }
  }

  #pageByOrder({ after, limit }: PageOptions): Page {
    const cursor = this.#cursor
    const { walk, project, orderBy } = this.#select
    const rows: SortedRow[] = []
    walk([], (row: Row) => {
      const value = project(row)
      const { seq, ordinal } = cursor
      cursor.ordinal += 1
      if (value !== undefined) rows.push({ keys: orderBy.map(({ key }) => key(row)), seq, ordinal, value })
      return true
    })
    const rest = sortRows(rows, orderBy, after?.kind === 'row' ? after : undefined)
    const sink = new PageSink(limit)
    let index = 0
    while (index < rest.length && sink.add(rest[index]?.value)) index += 1
    const next = index < rest.length ? positionBefore(rest, index, orderBy) : undefined
    return { rows: sink.rows, next, scanned: cursor.scanned }
  }
}

function* skipBefore(items: Iterable<ParsedItem>, seq: number): Iterable<ParsedItem> {
  for (const item of items) if (item.seq >= seq) yield item
}

/** Takes results until the page is full. */
class PageSink {
  readonly rows: string[] = []
  readonly #limit: number
  #characters = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** False when the result must wait for the next page. A page holds at least one. */
  add(value: Value): boolean {
    if (this.rows.length >= this.#limit) return false
    const text = JSON.stringify(value as Json | JsonObject)
    this.#characters += text.length
    if (this.rows.length > 0 && this.#characters > maxPageCharacters) return false
    this.rows.push(text)
    return true
  }
}
