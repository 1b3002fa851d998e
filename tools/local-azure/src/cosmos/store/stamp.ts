/**
 * The stamp every write leaves on a resource: a new etag and the second of the change.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '@latchkey/common'

export interface Stamp {
  /** With its quotes, as the header and `_etag` carry it. */
  readonly etag: string
  /** Seconds since the epoch, as `_ts` carries it. */
  readonly ts: number
}

/** A new stamp. */
export function createStamp(clock: Clock): Stamp {
  return { etag: `"${randomUUID()}"`, ts: Math.floor(clock.now() / 1000) }
}
