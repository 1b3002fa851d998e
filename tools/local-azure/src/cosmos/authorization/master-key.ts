/**
 * The master key: an HMAC over verb, resource type, resource link and date, at most 15 minutes old.
 *
 * https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources
 */

import { timingSafeEqual } from 'node:crypto'
import { systemClock } from '@latchkey/common'
import { forbidden, unauthorized } from '../errors.ts'
import type { Address, CosmosRequest } from '../request.ts'

const maxSkewMs = 15 * 60 * 1000

/** Verifies a request's master-key signature. Throws 401, or 403 for a date that is too far off. */
export function verifyMasterSignature(
  sign: (text: string) => Buffer,
  request: CosmosRequest,
  address: Address,
  signature: string,
  nowMs: number,
): void {
  const date = request.header('x-ms-date') ?? request.header('date') ?? ''
  // An offer is named by its resource id, which is signed in lower case.
  const link = address.type === 'offers' && !address.feed ? address.id.toLowerCase() : address.link
  const text = `${request.method.toLowerCase()}\n${address.segment}\n${link}\n${date.toLowerCase()}\n\n`
  const expected = sign(text)
  const given = Buffer.from(signature, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw unauthorized(
      `The input authorization token can't serve the request. The wrong key is being used or the expected payload is not built as per the protocol. Server used the following payload to sign: '${text.replaceAll('\n', '\\n')}'`,
    )
  }
  const dateMs = Date.parse(date)
  // Clients stamp the machine's time, also while the control clock runs ahead of it.
  if (!isNear(dateMs, nowMs) && !isNear(dateMs, systemClock.now())) {
    throw forbidden(
      `The authorization token is not valid at the current time. Please create another token and retry (token start time: ${date}, current server time: ${new Date(nowMs).toUTCString()}).`,
    )
  }
}

function isNear(dateMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - dateMs) <= maxSkewMs
}
