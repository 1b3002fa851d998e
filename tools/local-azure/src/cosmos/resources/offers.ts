/**
 * `/offers`
 */

import { badRequest, methodNotAllowed } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import { isObject, type JsonObject } from '../json.ts'
import { assertPreconditions, preconditionsOf } from '../preconditions.ts'
import { metadataReadCharge, metadataWriteCharge } from '../request-units.ts'
import type { CosmosOffer } from '../store/offers.ts'
import { parseBody } from './body.ts'
import { replyWith, replyWithFeed } from './feed.ts'

/** Carries out an exchange about offers. */
export function answerOffers(exchange: Exchange): Reply {
  const { operation, state, address, request } = exchange
  const { offers } = state
  switch (operation) {
    case 'list':
    case 'query':
    case 'plan':
      return replyWithFeed(exchange, 'Offers', '', offers.list().map(format))
    case 'read':
      return replyWith(200, format(offers.get(address.id)), metadataReadCharge(0))
    case 'replace': {
      const offer = offers.get(address.id)
      assertPreconditions(preconditionsOf(request), offer)
      return replyWith(
        200,
        format(offers.replace(offer, parseContent(parseBody(request)))),
        metadataWriteCharge,
      )
    }
    default:
      throw methodNotAllowed()
  }
}

function parseContent(body: JsonObject): JsonObject {
  const content = body['content']
  const units = isObject(content) ? content['offerThroughput'] : undefined
  if (!isObject(content)) throw badRequest('The content of the offer is missing.')
  const autoscale = content['offerAutopilotSettings']
  if (isObject(autoscale) && typeof autoscale['maxThroughput'] === 'number') return content
  if (typeof units !== 'number' || units < 400 || units % 100 !== 0) {
    throw badRequest('The offer should have a valid throughput: at least 400, in steps of 100.')
  }
  return content
}

function format(offer: CosmosOffer): JsonObject {
  return {
    resource: offer.link,
    offerType: 'Invalid',
    offerResourceId: offer.resource,
    offerVersion: 'V2',
    content: offer.content,
    id: offer.rid,
    _rid: offer.rid,
    _self: `offers/${offer.rid}/`,
    _etag: offer.etag,
    _ts: offer.ts,
  }
}
