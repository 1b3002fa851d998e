/**
 * The first look at what the public functions were given. Plain JavaScript can hand over anything, and a mistake should
 * be told by the name of the option, not by a TypeError from somewhere inside.
 */

import type { LatchkeyPorts } from './create-latchkey.ts'
import { serverError } from './errors.ts'
import type { AppOptions } from './http/app.ts'
import { defaultLimits } from './http/rate-limit.ts'

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

/** @throws `ERR_SERVER_SETTINGS`, naming the port; a port left out is fine. */
export function assertPorts(ports: LatchkeyPorts): void {
  assertObject(ports, 'ports')
  for (const name of ['fetch', 'authenticate', 'log', 'onUnexpectedError'] as const)
    if (ports[name] !== undefined) assertFunction(ports[name], `ports.${name}`)
  for (const name of ['stores', 'accounts', 'provider', 'sessionRules', 'tracer'] as const)
    if (ports[name] !== undefined) assertObject(ports[name], `ports.${name}`)
  const { clock, random, tokenServices, sessionRules = {} } = ports
  if (clock !== undefined) assertMethods(clock, 'ports.clock', ['now', 'schedule'])
  if (random !== undefined) assertMethods(random, 'ports.random', ['token', 'uuid'])
  for (const [name, seconds] of Object.entries(sessionRules))
    assertWhole(seconds, `ports.sessionRules.${name}`, 0, name === 'graceSeconds' ? 60 : 10 * 366 * 86_400)
  if (tokenServices === undefined) return
  if (!Array.isArray(tokenServices)) throw wrong('ports.tokenServices', 'a list')
  for (const [index, factory] of tokenServices.entries())
    assertFunction(factory, `ports.tokenServices[${index}]`)
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

function assertMethods(value: object, name: string, methods: readonly string[]): void {
  assertObject(value, name)
  for (const method of methods)
    assertFunction((value as Record<string, unknown>)[method], `${name}.${method}`)
}

function wrong(name: string, what: string): Error {
  return serverError('ERR_SERVER_SETTINGS', `${name} must be ${what}`, { variable: name })
}
