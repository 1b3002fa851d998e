/**
 * Request bodies that must be JSON objects.
 */

import { badRequest } from '../errors.ts'
import { isObject, type JsonObject } from '../json.ts'
import { type CosmosRequest, parseJson } from '../request.ts'

/** The body as a JSON object, or 400. */
export function parseBody(request: CosmosRequest): JsonObject {
  const body = parseJson(request.body)
  if (!isObject(body)) throw badRequest('The input content is invalid because it is not a JSON object.')
  return body
}
