/**
 * When a credential fetches its next token.
 */

import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import { LatchkeyError } from '../errors.ts'
import type { CredentialErrorCode } from './access-token.ts'

/** Settings every refreshing credential has, all with working defaults. */
export interface RefreshScheduleOptions {
  /**
   * Whether the next token is fetched in the background before the present one ends, for connections that must not wait.
   * Default `false`: a token is fetched when somebody asks and the present one is about to end.
   */
  refreshProactively?: boolean
  /** The life assumed for a token that is not a JWT and has no expiry. Default 600. */
  undecodableTokenExpiryIntervalInSeconds?: number
  /** How long before its expiry a token is refreshed proactively, but never in the first half of its life. Default 600. */
  refreshWindowSeconds?: number
  /**
   * How far proactive refreshes, and those of credentials that wake together from sleep, are spread at random.
   * Default 60.
   */
  refreshJitterSeconds?: number
  /**
   * The shortest remaining life of a returned token. One with less is refreshed first, and returned only if that fails.
   * Default 30; never more than half of the life the token came with.
   */
  minimumRemainingSeconds?: number
  /**
   * How long one refresh may take. Default 60; for an Entra credential that is without a valid token 900, of which the
   * exchange may take 60, because a person may have to sign in.
   */
  refreshTimeoutSeconds?: number
  /** Called for every failed refresh, including those in the background and those covered by a still valid token. */
  onRefreshError?: (error: unknown) => void
  /** Where time comes from. Default: the system clock. */
  clock?: Clock
  /** Where jitter comes from: a number from 0 up to 1. Default `Math.random`. */
  random?: () => number
}

/** The settings with every default in its place, and milliseconds for seconds. */
export interface RefreshSchedule {
  readonly proactive: boolean
  readonly opaqueSeconds: number
  readonly windowMs: number
  readonly jitterMs: number
  readonly minimumRemainingMs: number
  readonly timeoutMs: number
  readonly onError: (error: unknown) => void
  readonly clock: Clock
  readonly random: () => number
}

/** Time for a person to sign in, by a device code or in a browser: as long as a device code lasts. */
export const signInTimeoutMs = 900_000

/** Fills in the defaults. @throws {@link LatchkeyError} `ERR_CREDENTIAL_OPTIONS` for a number out of range. */
export function parseSchedule(options: RefreshScheduleOptions): RefreshSchedule {
  const opaqueSeconds = options.undecodableTokenExpiryIntervalInSeconds ?? 600
  if (!(Number.isFinite(opaqueSeconds) && opaqueSeconds > 0)) {
    throw invalid('undecodableTokenExpiryIntervalInSeconds must be a positive number.')
  }
  return {
    proactive: options.refreshProactively ?? false,
    opaqueSeconds,
    windowMs: toMs('refreshWindowSeconds', options.refreshWindowSeconds ?? 600),
    jitterMs: toMs('refreshJitterSeconds', options.refreshJitterSeconds ?? 60),
    minimumRemainingMs: toMs('minimumRemainingSeconds', options.minimumRemainingSeconds ?? 30),
    timeoutMs: toMs('refreshTimeoutSeconds', options.refreshTimeoutSeconds ?? 60),
    onError: options.onRefreshError ?? (() => undefined),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  }
}

/** The error for arguments a constructor cannot use. */
export function invalid(message: string): LatchkeyError<CredentialErrorCode> {
  return new LatchkeyError(message, { code: 'ERR_CREDENTIAL_OPTIONS' })
}

function toMs(name: string, seconds: number): number {
  if (!(Number.isFinite(seconds) && seconds >= 0)) throw invalid(`${name} must be a number and not negative.`)
  return seconds * 1000
}
