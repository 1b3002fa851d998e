/**
 * The first look at what a public function was given. Plain JavaScript can hand over anything, and a mistake should be told
 * by the name of the option, not by a TypeError from somewhere inside.
 */

import { serverError } from './errors.ts'

/** @throws `ERR_SERVER_SETTINGS` for anything that has no members. */
export function assertObject(value: unknown, name: string, what = 'an object'): void {
  if (typeof value !== 'object' || value === null) throw wrong(name, what)
}

/** @throws `ERR_SERVER_SETTINGS` for anything that cannot be called. */
export function assertFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw wrong(name, 'a function')
}

/** @throws `ERR_SERVER_SETTINGS` for anything but a whole number in these bounds. */
export function assertWhole(value: unknown, name: string, least: number, most: number): void {
  if (!(Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
    throw wrong(name, `a whole number from ${least} to ${most}`)
}

/** @throws `ERR_SERVER_SETTINGS` for anything without these methods. */
export function assertMethods(value: object, name: string, methods: readonly string[]): void {
  assertObject(value, name)
  for (const method of methods)
    assertFunction((value as Record<string, unknown>)[method], `${name}.${method}`)
}

/** The error for an option that is not what it should be; its value is not told. */
export function wrong(name: string, what: string): Error {
  return serverError('ERR_SERVER_SETTINGS', `${name} must be ${what}`, { variable: name })
}
