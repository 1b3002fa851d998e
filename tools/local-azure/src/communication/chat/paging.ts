/**
 * Pages of lists: exactly as many as the items need, and no empty one at the end.
 */

import { decodeBase64Url, decodeUtf8, encodeBase64Url } from '@latchkey/common'
import { badRequest } from '../errors.ts'
import type { Call } from '../routes.ts'

/** The largest page. */
export const maxPageSize = 200

/** `maxPageSize` of the query; more than 200 is 200. */
export function parsePageSize(query: URLSearchParams, defaultPageSize = 100): number {
  return Math.min(parseWhole(query, 'maxPageSize', 1) ?? defaultPageSize, maxPageSize)
}

/** `skip` of the query. */
export function parseSkip(query: URLSearchParams): number {
  return parseWhole(query, 'skip', 0) ?? 0
}

/** `syncState` of the query as the text it was made from. */
export function parseSyncState(query: URLSearchParams): string | undefined {
  const value = query.get('syncState')
  if (value === null) return undefined
  const bytes = decodeBase64Url(value)
  const text = bytes && decodeUtf8(bytes)
  if (text === undefined) throw badRequest('syncState is not valid.', 'syncState')
  return text
}

/**
 * The answer for one page.
 *
 * @param found - One item more than fits, if there is one more.
 * @param next - What the link to the next page carries besides size and version, from the last item of this one.
 */
export function answerPage<Item>(
  call: Call<unknown>,
  found: readonly Item[],
  size: number,
  format: (item: Item) => object,
  next: (last: Item) => Readonly<Record<string, string>>,
): Response {
  const items = found.slice(0, size)
  const last = items.at(-1)
  const value = items.map(format)
  if (last === undefined || found.length <= size) return Response.json({ value })
  const query = new URLSearchParams(next(last))
  query.set('maxPageSize', String(size))
  for (const name of ['startTime', 'api-version']) {
    const sent = call.query.get(name)
    if (sent !== null) query.set(name, sent)
  }
  return Response.json({ value, nextLink: `${call.linkOrigin}${call.path}?${query}` })
}

/** Writes a position for `syncState`. */
export function formatSyncState(position: string): Readonly<Record<string, string>> {
  return { syncState: encodeBase64Url(position) }
}

function parseWhole(query: URLSearchParams, name: string, least: number): number | undefined {
  const value = query.get(name)
  if (value === null) return undefined
  if (/^\d{1,9}$/.test(value) && Number(value) >= least) return Number(value)
  throw badRequest(`${name} must be a whole number of at least ${least}.`, name)
}
