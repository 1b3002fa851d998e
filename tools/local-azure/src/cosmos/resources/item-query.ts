/**
 * Queries over items, and the plain list of them.
 */

import { createRangeFilter } from '../effective-partition-key.ts'
import { badRequest } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import { isUnder, type PartitionKeyValue } from '../partition-key.ts'
import { type CompiledQuery, compileQuery } from '../query/compiled-query.ts'
import { formatPosition, parsePosition } from '../query/continuation.ts'
import { assertOrderIsServed } from '../query/order-paths.ts'
import { parseQueryBody } from '../query/query-body.ts'
import { type CosmosRequest, isHeaderTrue, parseIntegerHeader } from '../request.ts'
import { queryCharge } from '../request-units.ts'
import type { Container } from '../store/container.ts'
import type { ParsedItem } from '../store/residents.ts'

/** Answers a page of a query's results. */
export function answerQuery(
  exchange: Exchange,
  container: Container,
  key: PartitionKeyValue | undefined,
): Reply {
  const { request, state } = exchange
  const query = compileQuery(parseQueryBody(request.body), { nowMs: state.host.clock.now() })
  assertOrderIsServed(query.orderPaths(), container.definition)
  const items = chooseItems(exchange, container, query, key)
  const continuation = request.header('x-ms-continuation')
  const after = continuation === undefined || continuation === '' ? undefined : parsePosition(continuation)
  const { rows, next, scanned } = query.page(items, { after, limit: parseLimit(request) })
  return formatPage(container, rows, scanned, next && formatPosition(next))
}

// By id where WHERE fixes it, by partition key where it or the header does, else all.
function chooseItems(
  { state, request }: Exchange,
  container: Container,
  query: CompiledQuery,
  key: PartitionKeyValue | undefined,
): Iterable<ParsedItem> {
  const fixed = query.keyOf(container.definition.partitionKey)
  // The header stays the outer bound: what a token opens is decided by it alone.
  if (fixed !== undefined && key !== undefined && !isUnder(fixed.text, key)) return []
  const narrowed = fixed ?? key
  if (narrowed === undefined) assertMayCross(request)
  const { ids } = query
  const items = ids ? state.scans.lookUp(container, ids, narrowed) : state.scans.scan(container, narrowed)
  const inRange = createRangeFilter(request, container.definition.partitionKey)
  return inRange ? filter(items, inRange) : items
}

function* filter(items: Iterable<ParsedItem>, holds: (key: string) => boolean): Iterable<ParsedItem> {
  for (const item of items) if (holds(item.key)) yield item
}

function assertMayCross(request: CosmosRequest): void {
  if (isHeaderTrue(request, 'x-ms-documentdb-query-enablecrosspartition')) return
  if (request.header('x-ms-documentdb-partitionkeyrangeid') !== undefined) return
  throw badRequest(
    'Cross partition query is required but disabled. Please set x-ms-documentdb-query-enablecrosspartition to true, specify x-ms-documentdb-partitionkey, or revise your query to avoid this exception.',
  )
}

/** Answers a page of all items, or of those of one partition key. */
export function answerList(
  { request, state }: Exchange,
  container: Container,
  key: PartitionKeyValue | undefined,
): Reply {
  const limit = parseLimit(request)
  const continuation = request.header('x-ms-continuation')
  const after = continuation === undefined || continuation === '' ? undefined : parsePosition(continuation)
  const afterSeq = after?.kind === 'row' ? after.seq : 0
  const most = Number.isFinite(limit) ? limit + 1 : 100_000
  const found = state.scans.page(container, key, afterSeq, most)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const next =
    last && page.length < found.length
      ? formatPosition({ kind: 'row', seq: last.seq, ordinal: 0, keys: [] })
      : undefined
  const rows = page.map(({ body }) => body)
  return formatPage(container, rows, found.length, next)
}

function parseLimit(request: CosmosRequest): number {
  const wanted = parseIntegerHeader(request, 'x-ms-max-item-count') ?? 100
  return wanted > 0 ? wanted : Number.POSITIVE_INFINITY
}

function formatPage(
  container: Container,
  rows: readonly string[],
  scanned: number,
  next: string | undefined,
): Reply {
  const body = `{"_rid":"${container.rid}","Documents":[${rows.join(',')}],"_count":${rows.length}}`
  return {
    status: 200,
    body,
    charge: queryCharge(scanned, body.length),
    headers: {
      'x-ms-item-count': String(rows.length),
      ...(next === undefined ? {} : { 'x-ms-continuation': next }),
    },
  }
}
