/**
 * The first look at what a function was given. Plain JavaScript can hand over anything, and a mistake should be told by
 * the name of the option, not by a TypeError from somewhere inside.
 */

import { fluidError } from './errors.ts'

/** @throws `ERR_FLUID_OPTIONS` for anything that has no members. */
export function assertGiven(value: unknown, name: string, members: string): void {
  if (typeof value !== 'object' || value === null)
    throw fluidError('ERR_FLUID_OPTIONS', `${name} must be an object with ${members}`)
}

/** @throws `ERR_FLUID_OPTIONS` for anything that cannot be called. */
export function assertFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw fluidError('ERR_FLUID_OPTIONS', `${name} must be a function`)
}

/** @throws `ERR_FLUID_CLOCK` for anything that cannot be asked the time. */
export function assertClock(clock: { readonly now?: unknown }): void {
  if (typeof clock !== 'object' || typeof clock?.now !== 'function')
    throw fluidError('ERR_FLUID_CLOCK', 'clock must be an object with a function now')
}
