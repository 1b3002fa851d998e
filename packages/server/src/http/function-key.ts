/**
 * The function key, checked here only where no Functions host does it: `x-functions-key` wins when present, else `code`.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@latchkey/common'

/** Whether the request carries the key. */
export function hasFunctionKey(request: Request, key: Secret): boolean {
  const presented =
    request.headers.get('x-functions-key') ?? new URL(request.url).searchParams.get('code') ?? ''
  // Digests have one length, so the comparison tells nothing about the key's.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(presented), digest(key.reveal()))
}
