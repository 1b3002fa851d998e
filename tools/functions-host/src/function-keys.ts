/**
 * Who a request is by the key it carries, after the rules of the Functions host.
 *
 * The header `x-functions-key` counts whenever it is present, even when it is wrong or empty; only without it does
 * `?code=` count. A system key proves a system caller, which opens no function.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { AuthorizationLevel } from './route-table.ts'

/** The keys of an app. */
export interface FunctionKeys {
  /** Opens everything, and the admin API. */
  readonly master?: string
  /** Keys of extensions; they open no function. */
  readonly system?: readonly string[]
  /** Open every function of level `function`. */
  readonly host?: readonly string[]
  /** By function name: open that function only. */
  readonly functions?: Readonly<Record<string, readonly string[]>>
}

/** What a key proves. */
export type KeyLevel = 'anonymous' | 'function' | 'system' | 'admin'

/** The key a request carries, or `undefined`. */
export function keyOf(header: string | undefined, query: URLSearchParams): string | undefined {
  if (header !== undefined) return header
  return query.has('code') ? query.getAll('code').join(',') : undefined
}

/** What `key` proves for the function called `functionName`. */
export function levelOf(keys: FunctionKeys, key: string | undefined, functionName?: string): KeyLevel {
  if (key === undefined || key === '') return 'anonymous'
  if (keys.master !== undefined && equals(keys.master, key)) return 'admin'
  if (includes(keys.system, key)) return 'system'
  if (includes(keys.host, key)) return 'function'
  const own = functionName === undefined ? undefined : keys.functions?.[functionName]
  return includes(own, key) ? 'function' : 'anonymous'
}

/** Whether a caller at `level` may call a function that wants `wanted`. */
export function opens(level: KeyLevel, wanted: AuthorizationLevel): boolean {
  if (wanted === 'anonymous' || level === 'admin') return true
  return wanted === 'function' && level === 'function'
}

function includes(keys: readonly string[] | undefined, key: string): boolean {
  return (keys ?? []).some((candidate) => equals(candidate, key))
}

// Digests are of one length, so comparing them tells nothing about the keys' lengths either.
function equals(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
