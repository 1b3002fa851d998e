/**
 * What a verifier works with, once its options are read.
 */

import { type Clock, systemClock } from '@latchkey/common'
import { type AcceptedKeys, type FluidVerifyingKeys, parseAcceptedKeys } from './accepted-keys.ts'
import { fluidError } from './errors.ts'
import { assertClock, assertGiven } from './given.ts'
import { parseTenantId } from './tenant.ts'

/** What a verifier is made from. */
export interface FluidTokenVerifierOptions {
  readonly tenantId: string
  readonly keys: FluidVerifyingKeys
  /** How far ahead of this clock `iat` and `nbf` may be, in seconds: 0 to 300, default 60. `exp` has no grace. */
  readonly clockSkewSeconds?: number | undefined
  /** Default: the clock of the machine. */
  readonly clock?: Pick<Clock, 'now'> | undefined
}

/** Options with every default in place. */
export interface VerifierSettings {
  readonly tenantId: string
  readonly keys: AcceptedKeys
  readonly clock: Pick<Clock, 'now'>
  readonly clockSkewSeconds: number
}

/**
 * Reads the options of a verifier.
 *
 * @throws `ERR_FLUID_OPTIONS`, `ERR_FLUID_TENANT`, `ERR_FLUID_KEY`, `ERR_FLUID_SKEW` and `ERR_FLUID_CLOCK`
 */
export function parseVerifierOptions(options: FluidTokenVerifierOptions): VerifierSettings {
  assertGiven(options, 'options', 'tenantId and keys')
  const { clockSkewSeconds = 60, clock = systemClock } = options
  assertClock(clock)
  if (!(Number.isInteger(clockSkewSeconds) && clockSkewSeconds >= 0 && clockSkewSeconds <= 300))
    throw fluidError('ERR_FLUID_SKEW', 'clockSkewSeconds must be a whole number from 0 to 300')
  return {
    tenantId: parseTenantId(options.tenantId),
    keys: parseAcceptedKeys(options.keys),
    clock,
    clockSkewSeconds,
  }
}
