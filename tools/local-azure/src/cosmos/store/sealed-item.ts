/**
 * An item with its system properties: `_rid`, `_self`, `_etag`, `_attachments`, `_ts`.
 */

import type { JsonObject } from '../json.ts'
import type { Container } from './container.ts'
import type { Lifetime } from './expiry.ts'
import type { Stamp } from './stamp.ts'

/** An item ready to be written. */
export interface Sealed {
  readonly seq: number
  readonly lsn: number
  readonly etag: string
  readonly ts: number
  readonly body: string
  readonly lifetime: Lifetime
}

export interface SealOptions {
  readonly seq: number
  readonly lsn: number
  readonly stamp: Stamp
  readonly lifetime: Lifetime
}

const systemProperties = ['_rid', '_self', '_etag', '_attachments', '_ts', '_lsn'] as const

/** Puts the service's system properties in place of whatever the client sent in their names. */
export function seal(container: Container, options: SealOptions, value: JsonObject): Sealed {
  const { seq, lsn, stamp, lifetime } = options
  const rid = container.itemRid(seq)
  const own = JSON.stringify(withoutSystemProperties(value))
  const system = `"_rid":"${rid}","_self":"${container.selfLink}docs/${rid}/","_etag":${JSON.stringify(stamp.etag)},"_attachments":"attachments/","_ts":${stamp.ts}}`
  return { seq, lsn, etag: stamp.etag, ts: stamp.ts, body: `${own.slice(0, -1)},${system}`, lifetime }
}

function withoutSystemProperties(value: JsonObject): JsonObject {
  if (!systemProperties.some((name) => Object.hasOwn(value, name))) return value
  const own: Record<string, JsonObject[string]> = { ...value }
  for (const name of systemProperties) delete own[name]
  return own
}
