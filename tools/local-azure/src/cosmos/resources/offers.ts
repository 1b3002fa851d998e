/**
 * `/offers`
 */

import { methodNotAllowed } from '../errors.ts'
import type { Exchange, Reply } from '../exchange.ts'
import type { JsonObject } from '../json.ts'
import { assertPreconditions, preconditionsOf } from '../preconditions.ts'
import { metadataReadCharge, metadataWriteCharge } from '../request-units.ts'
import type { CosmosOffer } from '../store/offers.ts'
import { parseBody } from './body.ts'
import { replyWith, replyWithFeed } from './feed.ts'
import { parseOfferContent } from './throughput.ts'

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
      const content = parseOfferContent(parseBody(request)['content'])
      return replyWith(200, format(offers.replace(offer, content)), metadataWriteCharge)
    }
    default:
      throw methodNotAllowed()
  }
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
