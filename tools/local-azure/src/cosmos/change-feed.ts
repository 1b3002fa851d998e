/**
 * The change feed: the latest version of every item changed since a place in the container's history.
 *
 * Deleted items do not show. The place is the number of the last change seen, as an etag.
 */

import { createRangeFilter } from './effective-partition-key.ts'
import { badRequest, notImplemented } from './errors.ts'
import type { Exchange, Reply } from './exchange.ts'
import type { PartitionKeyValue } from './partition-key.ts'
import { parseIntegerHeader } from './request.ts'
import { queryCharge } from './request-units.ts'
import type { Container } from './store/container.ts'
import type { StoredItem } from './store/items.ts'

const maxPageCharacters = 4 * 1024 * 1024

/** Answers one page of changes, or 304 when there are none. */
export function answerChanges(
  exchange: Exchange,
  container: Container,
  key: PartitionKeyValue | undefined,
): Reply {
  const { request } = exchange
  if (request.header('a-im')?.toLowerCase() === 'full-fidelity feed') {
    throw notImplemented('The change feed of all versions and deletes')
  }
  const wanted = parseIntegerHeader(request, 'x-ms-max-item-count') ?? 100
  const limit = wanted > 0 ? wanted : Number.POSITIVE_INFINITY
  const rows: string[] = []
  let characters = 0
  // Where the next page begins: behind the last change shown, or behind all when all were shown.
  let place = container.lsn
  let last = 0
  for (const item of selectChanges(exchange, container, key)) {
    if (rows.length >= limit || (rows.length > 0 && characters + item.body.length > maxPageCharacters)) {
      place = last
      break
    }
    rows.push(`${item.body.slice(0, -1)},"_lsn":${item.lsn}}`)
    characters += item.body.length
    last = item.lsn
  }
  const headers = { etag: `"${place}"`, 'x-ms-item-count': String(rows.length) }
  const charge = queryCharge(rows.length, characters)
  if (rows.length === 0) return { status: 304, body: '', charge, headers }
  const body = `{"_rid":"${container.rid}","Documents":[${rows.join(',')}],"_count":${rows.length}}`
  return { status: 200, body, charge, headers }
}

function* selectChanges(
  { request, state }: Exchange,
  container: Container,
  key: PartitionKeyValue | undefined,
): Iterable<StoredItem> {
  const since = parsePlace(request.header('if-none-match'), container)
  const sinceSeconds = parseModifiedSince(request.header('if-modified-since')) ?? 0
  const inRange = createRangeFilter(request, container.definition.partitionKey)
  for (const item of state.scans.changes(container, since, key)) {
    if (item.ts >= sinceSeconds && (inRange?.(item.key) ?? true)) yield item
  }
}

function parsePlace(text: string | undefined, container: Container): number {
  if (text === undefined || text === '') return 0
  // From now on.
  if (text === '*') return container.lsn
  const [, lsn] = /^"?(\d{1,15})"?$/.exec(text) ?? []
  if (lsn === undefined) throw badRequest('The place in the change feed (if-none-match) is invalid.')
  return Number(lsn)
}

function parseModifiedSince(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw badRequest('The header if-modified-since is not a date.')
  return Math.floor(ms / 1000)
}
