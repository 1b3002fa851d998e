/**
 * The keys whose signatures are accepted at a given moment.
 *
 * A tenant has two keys so that one can be regenerated while the other signs. What was signed with the old one lives on
 * for up to an hour, so an old key can be kept for verifying until a stated moment.
 */

import type { KeyObject } from 'node:crypto'
import { fluidError } from './errors.ts'
import type { FluidTenantKeys } from './signer.ts'
import { assertKeys, parseTenantKey, type TenantKey } from './tenant-key.ts'

/** A key that no longer signs but is still accepted for a while. */
export interface RetiringTenantKey {
  readonly key: TenantKey
  /** The moment from which nothing signed with the key is accepted. */
  readonly retiresOn: Date
}

/** The keys of a tenant as a verifier sees them. */
export interface FluidVerifyingKeys extends FluidTenantKeys {
  readonly retiring?: readonly RetiringTenantKey[] | undefined
}

interface AcceptedKey {
  readonly key: KeyObject
  readonly untilMs: number
}

/** The keys in the order in which they are tried. */
export type AcceptedKeys = readonly AcceptedKey[]

/**
 * Makes the keys ready, once.
 *
 * @throws `ERR_FLUID_KEY`
 */
export function parseAcceptedKeys(keys: FluidVerifyingKeys): AcceptedKeys {
  assertKeys(keys)
  const { retiring = [] } = keys
  if (!Array.isArray(retiring)) throw fluidError('ERR_FLUID_KEY', 'keys.retiring must be a list')
  const accepted: AcceptedKey[] = [{ key: parseTenantKey(keys.primary, 'primary'), untilMs: Infinity }]
  if (keys.secondary !== undefined)
    accepted.push({ key: parseTenantKey(keys.secondary, 'secondary'), untilMs: Infinity })
  for (const entry of retiring as readonly unknown[]) {
    const { key, retiresOn } = Object(entry) as Partial<Record<keyof RetiringTenantKey, unknown>>
    const untilMs = retiresOn instanceof Date ? retiresOn.getTime() : Number.NaN
    if (Number.isNaN(untilMs)) throw fluidError('ERR_FLUID_KEY', 'retiresOn must be a moment')
    accepted.push({ key: parseTenantKey(key, 'retiring'), untilMs })
  }
  return accepted
}
