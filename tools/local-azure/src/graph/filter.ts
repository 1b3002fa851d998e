/**
 * The `$filter` expressions Graph takes for users and groups.
 *
 * Comparisons (`eq`, `ge`, `le`, `in`, `startswith`) joined by `and` and `or`, and the lambda over identities, which has to
 * name both the assigned id and the issuer. `ne` and `not` are advanced queries, which B2C tenants do not have.
 */

import { type EntityType, findProperty } from './entity-type.ts'
import { GraphError, unsupportedQuery } from './errors.ts'

/** The properties of an entity, as Graph shows them. */
export type Entity = Readonly<Record<string, unknown>>
/** Tells whether an entity is wanted. */
export type Predicate = (entity: Entity) => boolean

/** A filter that was read. */
export interface Filter {
  readonly matches: Predicate
  /** The sign-in name everybody wanted must have, for looking people up instead of going through all of them. */
  readonly signInName?: string
}

type Token = { readonly kind: 'name' | 'text' | 'sign'; readonly value: string }

const maxFilterLength = 2_048
const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/

/**
 * Reads a filter over entities of a type.
 *
 * @throws {@link GraphError} BadRequest for wrong syntax, Request_UnsupportedQuery for what Graph cannot or does not have
 */
export function parseFilter(text: string, type: EntityType): Filter {
  if (text.length > maxFilterLength) throw unsupportedQuery()
  const parser = new Parser(tokenize(text), type)
  const matches = parser.parse()
  const name = parser.onlySignInName
  return { matches, ...(name === undefined ? {} : { signInName: name }) }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const pattern = /\s*(?:'((?:[^']|'')*)'|([A-Za-z_][\w./-]*|\d[\w.:-]*)|([(),:]))/y
  while (pattern.lastIndex < text.trimEnd().length) {
    const at = pattern.lastIndex
    const [, quoted, name, sign] = pattern.exec(text) ?? []
    if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.replaceAll("''", "'") })
    else if (name !== undefined) tokens.push({ kind: 'name', value: name })
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign })
    else throw syntaxError(at)
  }
  return tokens
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #type: EntityType
  #at = 0
  #signInName: string | undefined
  #terms = 0

  constructor(tokens: readonly Token[], type: EntityType) {
    this.#tokens = tokens
    this.#type = type
  }

  /** The name of the lambda over identities, when the filter is nothing else. */
  get onlySignInName(): string | undefined {
    return this.#terms === 1 ? this.#signInName : undefined
  }

  parse(): Predicate {
    const filter = this.#or()
    if (this.#at < this.#tokens.length) throw syntaxError(this.#at)
    return filter
  }

  #or(): Predicate {
    const terms = [this.#and()]
    while (this.#take('or')) terms.push(this.#and())
    return terms.length === 1 && terms[0] ? terms[0] : (entity) => terms.some((term) => term(entity))
  }

  #and(): Predicate {
    const terms = [this.#term()]
    while (this.#take('and')) terms.push(this.#term())
    return terms.length === 1 && terms[0] ? terms[0] : (entity) => terms.every((term) => term(entity))
  }

  #term(): Predicate {
    this.#terms += 1
    if (this.#take('not')) throw unsupportedQuery("Filter operator 'Not' is not supported.")
    if (this.#take('(')) {
      const inner = this.#or()
      this.#expect(')')
      return inner
    }
    if (this.#take('startswith') || this.#take('startsWith')) return this.#startsWith()
    if (this.#type.lists.has('identities') && this.#take('identities/any')) return this.#anyIdentity()
    // Graph has more functions for advanced queries only.
    const next = this.#tokens[this.#at + 1]
    if (next?.kind === 'sign' && next.value === '(') throw unsupportedQuery()
    return this.#comparison(this.#property())
  }

  #comparison(name: string): Predicate {
    if (this.#take('in')) {
      this.#expect('(')
      const values = [this.#literal()]
      while (this.#take(',')) values.push(this.#literal())
      this.#expect(')')
      return (entity) => values.some((value) => isEqual(entity[name], value))
    }
    if (this.#take('ge')) return this.#ordered(name, (difference) => difference >= 0)
    if (this.#take('le')) return this.#ordered(name, (difference) => difference <= 0)
    if (this.#take('ne')) throw unsupportedQuery("Filter operator 'NotEqualsMatch' is not supported.")
    this.#expect('eq')
    const value = this.#literal()
    return (entity) => isEqual(entity[name], value)
  }

  #ordered(name: string, isWanted: (difference: number) => boolean): Predicate {
    const value = this.#literal()
    if (typeof value !== 'string') throw unsupportedQuery()
    return (entity) => {
      const actual = entity[name]
      return typeof actual === 'string' && isWanted(compare(actual, value))
    }
  }

  #startsWith(): Predicate {
    this.#expect('(')
    const name = this.#property()
    this.#expect(',')
    const start = this.#next('text').toLowerCase()
    this.#expect(')')
    return (entity) => {
      const value = entity[name]
      return typeof value === 'string' && value.toLowerCase().startsWith(start)
    }
  }

  #anyIdentity(): Predicate {
    this.#expect('(')
    const variable = this.#next('name')
    this.#expect(':')
    const wanted = new Map<string, string>()
    do {
      const path = this.#next('name')
      this.#expect('eq')
      if (!path.startsWith(`${variable}/`)) throw unsupportedQuery()
      wanted.set(path.slice(variable.length + 1), this.#next('text'))
    } while (this.#take('and'))
    this.#expect(')')
    const assigned = wanted.get('issuerAssignedId')?.toLowerCase()
    const issuer = wanted.get('issuer')
    if (assigned === undefined || issuer === undefined || wanted.size > 2) throw unsupportedQuery()
    this.#signInName = assigned
    return ({ identities }) =>
      Array.isArray(identities) && identities.some((identity) => isIdentity(identity, assigned, issuer))
  }

  #property(): string {
    const path = this.#next('name')
    const [wanted = '', ...parts] = path.split('/')
    const name = findProperty(this.#type, wanted)
    if (name === undefined) {
      throw unsupportedQuery(
        `Property '${wanted}' does not exist as a declared property or extension property.`,
      )
    }
    if (parts.length === 0) return name
    const { resource } = this.#type
    throw unsupportedQuery(
      `Unsupported or invalid query filter clause specified for property '${name}' of resource '${resource}'.`,
    )
  }

  #literal(): unknown {
    const token = this.#tokens[this.#at]
    if (!token || token.kind === 'sign') throw syntaxError(this.#at)
    this.#at += 1
    if (token.kind === 'text') return token.value
    const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }
    if (token.value in words) return words[token.value]
    if (instantPattern.test(token.value) && Number.isFinite(Date.parse(token.value))) return token.value
    throw syntaxError(this.#at)
  }

  #next(kind: Token['kind']): string {
    const token = this.#tokens[this.#at]
    if (token?.kind !== kind) throw syntaxError(this.#at)
    this.#at += 1
    return token.value
  }

  #take(value: string): boolean {
    const token = this.#tokens[this.#at]
    if (!token || token.kind === 'text' || token.value !== value) return false
    this.#at += 1
    return true
  }

  #expect(value: string): void {
    if (!this.#take(value)) throw syntaxError(this.#at)
  }
}

function isIdentity(identity: Entity, assigned: string, issuer: string): boolean {
  if (String(identity['issuerAssignedId']).toLowerCase() !== assigned) return false
  // The issuer must be there, and counts for federated identities only.
  return identity['signInType'] !== 'federated' || identity['issuer'] === issuer
}

// Case does not count; of two instants, one may have fractions of a second and the other none.
function compare(actual: string, wanted: string): number {
  if (instantPattern.test(actual) && instantPattern.test(wanted))
    return Date.parse(actual) - Date.parse(wanted)
  const [one, other] = [actual.toLowerCase(), wanted.toLowerCase()]
  return one === other ? 0 : one < other ? -1 : 1
}

function isEqual(actual: unknown, wanted: unknown): boolean {
  if (typeof actual !== 'string' || typeof wanted !== 'string') return (actual ?? null) === wanted
  return compare(actual, wanted) === 0
}

function syntaxError(position: number): GraphError {
  return new GraphError(400, 'BadRequest', `Invalid filter clause: Syntax error at position ${position}.`)
}
