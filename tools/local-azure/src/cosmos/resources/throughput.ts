/**
 * The throughput a new database or container is given by header.
 */

import { badRequest } from '../errors.ts'
import { isObject, type JsonObject } from '../json.ts'
import { type CosmosRequest, parseIntegerHeader, parseJson } from '../request.ts'

/** The content of the offer the headers ask for, or `undefined`. Throws 400. */
export function parseThroughput(request: CosmosRequest): JsonObject | undefined {
  const units = parseIntegerHeader(request, 'x-ms-offer-throughput')
  if (units !== undefined) {
    if (units < 400 || units % 100 !== 0) {
      throw badRequest('The offer should have a valid throughput: at least 400, in steps of 100.')
    }
    return { offerThroughput: units, offerIsRUPerMinuteThroughputEnabled: false }
  }
  const text = request.header('x-ms-cosmos-offer-autopilot-settings')
  if (text === undefined) return undefined
  const settings = parseJson(text)
  const maximum = isObject(settings) ? settings['maxThroughput'] : undefined
  if (typeof maximum !== 'number' || maximum < 1000 || maximum % 1000 !== 0) {
    throw badRequest('The autoscale maximum must be at least 1000, in steps of 1000.')
  }
  return { offerThroughput: maximum / 10, offerAutopilotSettings: { maxThroughput: maximum } }
}
