/**
 * Lists of databases, containers, users, permissions and offers: paged, or searched by a query.
 */

import { badRequest } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import { isObject, type JsonObject } from '../json.ts'
import { compileQuery } from '../query/compiled-query.ts'
import { parseQueryBody } from '../query/query-body.ts'
import { trivialPlan } from '../query/query-plan.ts'
import { parseIntegerHeader } from '../request.ts'
import { metadataReadCharge } from '../request-units.ts'

/** Answers one resource. */
export function replyWith(status: number, resource: JsonObject, charge: number): Reply {
  const etag = resource['_etag']
  return {
    status,
    body: JSON.stringify(resource),
    charge,
    ...(typeof etag === 'string' ? { headers: { etag } } : {}),
  }
}

/** Answers a list, or what a posted query selects from it. */
export function replyWithFeed(
  exchange: Exchange,
  name: string,
  rid: string,
  all: readonly JsonObject[],
): Reply {
  const { request, operation, state } = exchange
  if (operation === 'plan') return { status: 200, body: trivialPlan(), charge: 0 }
  let resources: readonly unknown[] = all
  if (operation === 'query') {
    const query = compileQuery(parseQueryBody(request.body), { nowMs: state.host.clock.now() })
    resources = query.run(all.map((value, seq) => ({ seq, key: '', value }))).rows
  }
  const from = parseOffset(request.header('x-ms-continuation'))
  const count = parseIntegerHeader(request, 'x-ms-max-item-count') ?? 100
  const page = resources.slice(from, count > 0 ? from + count : undefined)
  const next = from + page.length
  return {
    status: 200,
    body: JSON.stringify({ _rid: rid, [name]: page, _count: page.length }),
    charge: metadataReadCharge(page.length),
    headers: {
      'x-ms-item-count': String(page.length),
      ...(next < resources.length ? { 'x-ms-continuation': JSON.stringify({ n: next }) } : {}),
    },
  }
}

function parseOffset(text: string | undefined): number {
  if (text === undefined || text === '') return 0
  try {
    const token: unknown = JSON.parse(text)
    const offset = isObject(token) ? token['n'] : undefined
    if (typeof offset === 'number' && Number.isInteger(offset) && offset >= 0) return offset
  } catch {
    // Falls through to the refusal.
  }
  throw badRequest('The continuation token is invalid.')
}
