/**
 * What `createApp` may be told.
 */

import type { Context } from 'hono'
import { assertFunction, assertObject, assertWhole, wrong } from '../given.ts'
import { defaultLimits, type LimitName } from './rate-limit.ts'
import type { Limit } from './token-buckets.ts'

/** What `createApp` may be told. */
export interface AppOptions {
  /** The surfaces to serve. Default: all that the settings allow. */
  readonly surfaces?: readonly ('api' | 'v1' | 'auth')[]
  /** Replaces single rate limits. */
  readonly limits?: Partial<Record<LimitName, Limit>>
  /** The address a request came from; default: what @hono/node-server knows. */
  readonly peerAddress?: (context: Context) => string | undefined
}

/** @throws `ERR_SERVER_SETTINGS`, naming the option. */
export function assertAppOptions(options: AppOptions): void {
  assertObject(options, 'options')
  const { surfaces = [], limits = {}, peerAddress } = options
  if (!Array.isArray(surfaces) || !surfaces.every((surface) => /^(api|v1|auth)$/.test(String(surface))))
    throw wrong('options.surfaces', 'a list of api, v1 and auth')
  if (peerAddress !== undefined) assertFunction(peerAddress, 'options.peerAddress')
  assertObject(limits, 'options.limits')
  for (const [name, limit] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultLimits, name))
      throw wrong('options.limits', `an object of ${Object.keys(defaultLimits).join(', ')}`)
    assertObject(limit, `options.limits.${name}`, 'an object with points and seconds')
    assertWhole(limit.points, `options.limits.${name}.points`, 0, Number.MAX_SAFE_INTEGER)
    assertWhole(limit.seconds, `options.limits.${name}.seconds`, 1, 86_400)
  }
}
