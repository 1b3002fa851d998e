/**
 * The OData options of a request: `$select`, `$filter`, `$top`, and the page to go on with.
 */

import { badRequest, GraphError, unsupportedQuery } from './errors.ts'
import { type Entity, type Filter, parseFilter } from './filter.ts'

/** What a request wants of a collection or an entity. */
export interface QueryOptions {
  readonly select?: readonly string[]
  readonly filter?: Filter
  readonly top: number
  /** How many entities earlier pages held. */
  readonly skip: number
}

const defaultPage = 100
const longestPage = 999
const known = new Set(['$select', '$filter', '$top', '$skiptoken', '$orderby', '$count'])

/** Reads the options. @throws {@link GraphError} for an option this directory does not have */
export function parseQueryOptions(url: URL): QueryOptions {
  const { searchParams } = url
  for (const name of searchParams.keys()) {
    if (name.startsWith('$') && !known.has(name)) {
      if (name === '$search' || name === '$expand') throw unsupportedQuery()
      throw new GraphError(400, 'BadRequest', `The query parameter '${name}' is not supported.`)
    }
  }
  // Advanced queries are not available in B2C tenants.
  if (searchParams.get('$count') === 'true' || searchParams.has('$orderby')) throw unsupportedQuery()
  const select = searchParams.get('$select')
  const filter = searchParams.get('$filter')
  return {
    top: parseTop(searchParams.get('$top')),
    skip: parseSkipToken(searchParams.get('$skiptoken')),
    ...(select === null ? {} : { select: select.split(',').map((name) => name.trim()) }),
    ...(filter === null ? {} : { filter: parseFilter(filter) }),
  }
}

/** The entity with the selected properties only, or with `standard` ones. */
export function selectFrom(
  entity: Entity,
  select: readonly string[] | undefined,
  standard: readonly string[],
): Entity {
  const names = select ?? standard
  return Object.fromEntries(names.filter((name) => name in entity).map((name) => [name, entity[name]]))
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
