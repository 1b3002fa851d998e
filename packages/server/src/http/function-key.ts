/**
 * The function key: `x-functions-key` wins when present, else `code`. Checked here only where no Functions host does it,
 * counted everywhere.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@latchkey/common'

/** Whether the request carries the key. */
export function hasFunctionKey(request: Request, key: Secret): boolean {
  // Digests have one length, so the comparison tells nothing about the key's.
  return timingSafeEqual(digest(presentedKey(request) ?? ''), digest(key.reveal()))
}

/** A name for the key the request carries, which is not the key; `undefined` without one. */
export function nameFunctionKey(request: Request): string | undefined {
  const presented = presentedKey(request)
  return presented === undefined ? undefined : digest(presented).toString('base64url')
}

function presentedKey(request: Request): string | undefined {
  return request.headers.get('x-functions-key') ?? new URL(request.url).searchParams.get('code') ?? undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
