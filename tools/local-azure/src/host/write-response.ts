/**
 * Writes an answer to Node's server in one go: for texts that are at hand.
 */

import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { TextResponse } from './text-response.ts'

/** Writes a response whose body is a text, or none. */
export async function writeResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  if (response instanceof TextResponse) writeText(response, outgoing)
  else if (response !== RESPONSE_ALREADY_SENT) {
    const headers = Object.fromEntries(response.headers)
    writeText(new TextResponse(await response.text(), { status: response.status, headers }), outgoing)
  }
}

function writeText({ status, content, headers }: TextResponse, outgoing: ServerResponse): void {
  // With its length the text goes out beside the head, in one write and without chunks.
  if (status !== 204 && status !== 304) headers.set('content-length', String(Buffer.byteLength(content)))
  outgoing.writeHead(status, headers.fields)
  outgoing.end(content)
}
