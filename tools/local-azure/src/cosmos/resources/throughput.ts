/**
 * The throughput of a database or container, as headers ask for it and as an offer is replaced: the same rules for both.
 */

import { badRequest } from '../errors.ts'
import { isObject, type JsonObject } from '../json.ts'
import { type CosmosRequest, parseIntegerHeader, parseJson } from '../request.ts'

/** The content of the offer the headers ask for, or `undefined`. Throws 400. */
export function parseThroughput(request: CosmosRequest): JsonObject | undefined {
  const units = parseIntegerHeader(request, 'x-ms-offer-throughput')
  if (units !== undefined) return { ...manual(units), offerIsRUPerMinuteThroughputEnabled: false }
  const text = request.header('x-ms-cosmos-offer-autopilot-settings')
  return text === undefined ? undefined : autoscale(parseJson(text))
}

/** The content of an offer as a client puts it in place of the one before. Throws 400. */
export function parseOfferContent(content: unknown): JsonObject {
  if (!isObject(content)) throw badRequest('The content of the offer is missing.')
  const settings = content['offerAutopilotSettings']
  const throughput = isObject(settings) ? autoscale(settings) : manual(content['offerThroughput'])
  return { ...content, ...throughput }
}

function manual(units: unknown): JsonObject {
  if (typeof units !== 'number' || units < 400 || units % 100 !== 0) {
    throw badRequest('The offer should have a valid throughput: at least 400, in steps of 100.')
  }
  return { offerThroughput: units }
}

function autoscale(settings: unknown): JsonObject {
  const maximum = isObject(settings) ? settings['maxThroughput'] : undefined
  if (typeof maximum !== 'number' || maximum < 1000 || maximum % 1000 !== 0) {
    throw badRequest('The autoscale maximum must be at least 1000, in steps of 1000.')
  }
  return { offerThroughput: maximum / 10, offerAutopilotSettings: { maxThroughput: maximum } }
}
