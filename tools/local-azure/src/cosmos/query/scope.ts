/**
 * The names a query's expressions can see, and where their values stand while it runs.
 */

import type { Json } from '../json.ts'
import { QueryError, type Span } from './query-error.ts'
import type { Value } from './values.ts'

/** The values of all names of a query at one row. */
export type Row = Value[]

/** An expression ready to run. */
export type Evaluator = (row: Row) => Value

/** What stays the same for a whole query. */
export interface QuerySetting {
  readonly parameters: ReadonlyMap<string, Json>
  readonly nowMs: number
  /** Gives each name of the query, subqueries included, its own place in a row. */
  allocate(): number
}

/** The names visible in one query or subquery. */
export class Scope {
  readonly setting: QuerySetting
  readonly #outer: Scope | undefined
  #slots = new Map<string, number>()
  #target: Scope = this

  constructor(setting: QuerySetting, outer?: Scope) {
    this.setting = setting
    this.#outer = outer
  }

  /** Makes a name visible. */
  declare(name: string, span: Span): number {
    const slots = this.#target.#slots
    if (slots.has(name)) {
      throw new QueryError('SC2011', `The input alias '${name}' is specified more than once.`, span)
    }
    const slot = this.setting.allocate()
    slots.set(name, slot)
    return slot
  }

  /** This scope with one more name, which only the clause it is made for sees; it declares into this scope. */
  withRoot(name: string, slot: number): Scope {
    const scope = new Scope(this.setting, this.#outer)
    scope.#slots = new Map([[name, slot]])
    scope.#target = this
    return scope
  }

  find(name: string): number | undefined {
    return this.#slots.get(name) ?? this.#outer?.find(name)
  }

  /** Where a name's value stands. Throws 400 for an unknown name. */
  resolve(name: string, span: Span): number {
    const slot = this.find(name)
    if (slot === undefined)
      throw new QueryError('SC2001', `Identifier '${name}' could not be resolved.`, span)
    return slot
  }
}
