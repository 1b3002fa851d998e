/**
 * The HTTP client that @azure/cosmos sends through: its own, with a span for each request it puts on the wire, those
 * that the SDK repeats by itself among them.
 */

import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'
import { type InSpan, requestAttributes, spanNames } from './spans.ts'

/** Makes the client; it connects when it is first used. */
export function tracedHttpClient(inSpan: InSpan): HttpClient {
  const client = createDefaultHttpClient()
  return {
    sendRequest: (request) =>
      inSpan(spanNames.upstream, requestAttributes(request.url, request.method), () =>
        client.sendRequest(request),
      ),
  }
}
