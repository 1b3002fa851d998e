/**
 * The OData options of a request: `$select`, `$filter`, `$orderby`, `$top`, and the page to go on with.
 */

import { type EntityType, findProperty } from './entity-type.ts'
import { badRequest, GraphError, unsupportedQuery } from './errors.ts'
import { type Entity, type Filter, parseFilter } from './filter.ts'

/** What a request wants of a collection or an entity. */
export interface QueryOptions {
  readonly select?: readonly string[]
  readonly filter?: Filter
  /** The property to sort by. */
  readonly orderBy?: string
  readonly top: number
  /** How many entities earlier pages held. */
  readonly skip: number
}

const defaultPage = 100
const longestPage = 999
const known = new Set(['$select', '$filter', '$top', '$skiptoken', '$orderby', '$count'])

/** Reads the options for entities of a type. @throws {@link GraphError} for what this directory does not have */
export function parseQueryOptions({ searchParams }: URL, type: EntityType): QueryOptions {
  for (const name of searchParams.keys()) {
    if (name.startsWith('$') && !known.has(name)) {
      if (name === '$search' || name === '$expand') throw unsupportedQuery()
      throw new GraphError(400, 'BadRequest', `The query parameter '${name}' is not supported.`)
    }
  }
  // Advanced queries are not available in B2C tenants.
  if (searchParams.get('$count') === 'true') throw unsupportedQuery()
  const select = searchParams.get('$select')
  const filter = searchParams.get('$filter')
  const orderBy = searchParams.get('$orderby')
  if (filter !== null && orderBy !== null) throw unsupportedQuery('Sorting not supported for current query.')
  return {
    top: parseTop(searchParams.get('$top')),
    skip: parseSkipToken(searchParams.get('$skiptoken')),
    ...(select === null ? {} : { select: parseSelect(select, type) }),
    ...(filter === null ? {} : { filter: parseFilter(filter, type) }),
    ...(orderBy === null ? {} : { orderBy: parseOrderBy(orderBy, type) }),
  }
}

/** The entities the filter wants, in the order asked for. */
export function choose(
  entities: readonly Entity[],
  { filter, orderBy }: Pick<QueryOptions, 'filter' | 'orderBy'>,
): readonly Entity[] {
  const wanted = filter ? entities.filter(filter.matches) : entities
  if (orderBy === undefined) return wanted
  const { compare } = new Intl.Collator('en', { sensitivity: 'base' })
  return wanted.toSorted((one, other) => compare(String(one[orderBy]), String(other[orderBy])))
}

/** The entity with the selected properties of its type only, or with `standard` ones. */
export function selectFrom(
  entity: Entity,
  { lists, spellings }: EntityType,
  select: readonly string[] | undefined,
  standard: readonly string[],
): Entity {
  if (!select) return Object.fromEntries(standard.map((name) => [name, entity[name] ?? null]))
  const shown = select.filter((name) => name in entity || spellings.has(name.toLowerCase()))
  return Object.fromEntries(shown.map((name) => [name, entity[name] ?? (lists.has(name) ? [] : null)]))
}

/** One page of a collection with the link to the next. */
export function page(url: URL, entities: readonly Entity[], options: QueryOptions): Record<string, unknown> {
  const { skip, top } = options
  const value = entities.slice(skip, skip + top)
  if (entities.length <= skip + top) return { value }
  const next = new URL(url)
  const token = Buffer.from(JSON.stringify({ skip: skip + top })).toString('base64url')
  next.searchParams.set('$skiptoken', token)
  return { '@odata.nextLink': next.href, value }
}

function parseSelect(text: string, type: EntityType): readonly string[] {
  return text.split(',').map((item) => {
    // Of a property with parts, the whole is selected.
    const [wanted = ''] = item.trim().split('/')
    const name = findProperty(type, wanted)
    if (name !== undefined) return name
    const reason = `Could not find a property named '${wanted}' on type '${type.name}'.`
    throw new GraphError(400, 'BadRequest', `Parsing OData Select and Expand failed: ${reason}`)
  })
}

function parseOrderBy(text: string, type: EntityType): string {
  const [wanted = '', direction = 'asc', ...rest] = text.trim().split(/\s+/)
  const name = findProperty(type, wanted)
  // Descending needs an advanced query too.
  if (direction !== 'asc' || rest.length > 0)
    throw unsupportedQuery('Sorting not supported for current query.')
  if (name !== undefined && type.sortable.includes(name)) return name
  throw unsupportedQuery(`Unsupported sort property '${wanted}' for '${type.resource}'.`)
}

function parseTop(text: string | null): number {
  if (text === null) return defaultPage
  const top = Number(text)
  if (Number.isInteger(top) && top >= 1 && top <= longestPage) return top
  throw badRequest(`Invalid page size specified: '${text}'. Must be between 1 and ${longestPage} inclusive.`)
}

function parseSkipToken(text: string | null): number {
  if (text === null) return 0
  try {
    const { skip } = JSON.parse(Buffer.from(text, 'base64url').toString()) as { skip?: unknown }
    if (typeof skip === 'number' && Number.isInteger(skip) && skip >= 0) return skip
  } catch {
    // Falls through to the one answer for every token that is not ours.
  }
  throw new GraphError(
    400,
    'Directory_ExpiredPageToken',
    'The specified page token value has expired and cannot be included in your request.',
  )
}
