/**
 * The body of a posted query.
 */

import { badRequest } from '../errors.ts'
import { isArray, isObject, type Json } from '../json.ts'
import { parseJson } from '../request.ts'
import type { QuerySpec } from './compiled-query.ts'

/** Reads `{ query, parameters }`. Throws 400. */
export function parseQueryBody(text: string): QuerySpec {
  const body = parseJson(text)
  if (!isObject(body) || typeof body['query'] !== 'string') throw badRequest('The query is missing.')
  const given = body['parameters'] ?? []
  if (!isArray(given)) throw badRequest('The parameters of the query are invalid.')
  const parameters = new Map<string, Json>()
  for (const parameter of given) {
    const name = isObject(parameter) ? parameter['name'] : undefined
    if (!isObject(parameter) || typeof name !== 'string') {
      throw badRequest('The parameters of the query are invalid.')
    }
    const { value } = parameter
    if (value !== undefined) parameters.set(name, value)
  }
  return { text: body['query'], parameters }
}
