/**
 * The function key: `x-functions-key` wins when present, else `code`. Checked here only where no Functions host does it,
 * counted everywhere.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@latchkey/common'

/** The key a request carries; `undefined` without one. */
export function presentedKey(request: Request): string | undefined {
  return request.headers.get('x-functions-key') ?? new URL(request.url).searchParams.get('code') ?? undefined
}

/** Whether it is the key. */
export function isFunctionKey(presented: string | undefined, key: Secret): boolean {
  // Digests have one length, so the comparison tells nothing about the key's.
  return timingSafeEqual(digest(presented ?? ''), digest(key.reveal()))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
