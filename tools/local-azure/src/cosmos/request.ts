/**
 * A request as the service sees it, independent of how it came in, and what a path names.
 */

import { badRequest, CosmosError, notFound } from './errors.ts'
import { holdsInfinity } from './json.ts'

/** A request: over http, https or in process. */
export interface CosmosRequest {
  readonly method: string
  /** The path as it stood on the wire, still percent-encoded, without the query string. */
  readonly path: string
  /** A header by its lower-case name. */
  header(name: string): string | undefined
  /** Scheme, host and port the client used. */
  origin(): string
  readonly body: string
}

/** An answer. An empty `body` is none. */
export interface CosmosAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** The kinds of resource, by the segment that names them; `''` is the account. */
export type ResourceType =
  | ''
  | 'dbs'
  | 'colls'
  | 'docs'
  | 'users'
  | 'permissions'
  | 'pkranges'
  | 'offers'
  | 'partitionKey'
  | 'scripts'

/** What a path names. */
export interface Address {
  readonly type: ResourceType
  /** True for a list of resources, which is also where new ones are posted. */
  readonly feed: boolean
  /** The path of the thing, or of the feed's parent: what master-key signatures cover. */
  readonly link: string
  /** The last type segment as it stood in the path, which signatures cover too. */
  readonly segment: string
  readonly database: string
  readonly container: string
  readonly user: string
  /** The id of an item, permission or offer. */
  readonly id: string
}

const childTypes: Readonly<Record<string, Readonly<Record<string, ResourceType>>>> = {
  '': { dbs: 'dbs', offers: 'offers' },
  dbs: { colls: 'colls', users: 'users', clientencryptionkeys: 'scripts', udts: 'scripts' },
  colls: {
    docs: 'docs',
    pkranges: 'pkranges',
    sprocs: 'scripts',
    triggers: 'scripts',
    udfs: 'scripts',
    conflicts: 'scripts',
    operations: 'partitionKey',
  },
  users: { permissions: 'permissions' },
  docs: { attachments: 'scripts' },
}

/** Reads a path. Throws 400 when it is malformed, 404 when it names nothing this service knows. */
export function parsePath(path: string): Address {
  const segments = path.split('/').filter((segment) => segment !== '')
  const names = segments.map(decodeSegment)
  const { type, ids } = walk(names)
  if (type === 'partitionKey') return partitionKeyAddress(names, ids)
  const feed = names.length % 2 === 1
  return {
    type,
    feed,
    link: (feed ? names.slice(0, -1) : names).join('/'),
    segment: names[feed ? names.length - 1 : names.length - 2] ?? '',
    database: ids['dbs'] ?? '',
    container: ids['colls'] ?? '',
    user: ids['users'] ?? '',
    id: ids[type] ?? '',
  }
}

// From type to type, taking the id behind each.
function walk(names: readonly string[]): { type: ResourceType; ids: Record<string, string> } {
  let type: ResourceType = ''
  const ids: Record<string, string> = {}
  for (let i = 0; i < names.length; i += 2) {
    const child: ResourceType | undefined = childTypes[type]?.[names[i] ?? '']
    if (child === undefined && type !== 'scripts') throw notFound()
    type = child ?? 'scripts'
    const id = names[i + 1]
    if (id !== undefined) ids[type] = id
  }
  return { type, ids }
}

// `…/operations/partitionkeydelete` is signed as something done to the container.
function partitionKeyAddress(names: readonly string[], ids: Readonly<Record<string, string>>): Address {
  if (ids['partitionKey'] !== 'partitionkeydelete' || names.length !== 6) throw notFound()
  return {
    type: 'partitionKey',
    feed: true,
    link: names.slice(0, 4).join('/'),
    segment: 'colls',
    database: ids['dbs'] ?? '',
    container: ids['colls'] ?? '',
    user: '',
    id: '',
  }
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  let name: string
  try {
    name = decodeURIComponent(segment)
  } catch {
    throw badRequest('The request path is not validly percent-encoded.')
  }
  if (name.includes('/') || name.includes('\\')) throw badRequest('An id in the path holds a slash.')
  return name
}

// What every number above 1.8e308 has: three digits of exponent, or 200 digits before a shorter one. Few texts do, and only
// those are gone through.
const mayBeInfinite = /\d[eE]\+?\d{3}|(?<!\d)\d{200}/

/** The body as JSON, or 400: also for a number that no double can hold, which would be kept as `null`. */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badRequest('The input content is invalid because it is not valid JSON.')
  }
  if (mayBeInfinite.test(text) && holdsInfinity(value)) throw badRequest('A number is out of range.')
  return value
}

/** A whole number in a header; 400 when it is something else. */
export function parseIntegerHeader(request: CosmosRequest, name: string): number | undefined {
  const text = request.header(name)
  if (text === undefined || text === '') return undefined
  if (/^-?\d{1,15}$/.test(text)) return Number(text)
  throw new CosmosError(400, 'BadRequest', `The value specified for the header '${name}' is invalid.`)
}

/** Tells whether a header says true. */
export function isHeaderTrue(request: CosmosRequest, name: string): boolean {
  return request.header(name)?.toLowerCase() === 'true'
}

/** Tells whether the client does not want to see what it has written. */
export function wantsNoContent(request: CosmosRequest): boolean {
  return request.header('prefer')?.toLowerCase() === 'return=minimal'
}
