/**
 * What the terminal says about a request that no function saw: the caller gets an empty answer, as from Azure.
 *
 * Paths only, never a query: a key or a password may stand there.
 */

import type { HttpRoute } from './route-table.ts'

/** Says that a key was missing or wrong. */
export function sayKeyRefused({ registered }: HttpRoute): string {
  return `401 ${registered.metadata.name}: no or wrong function key; send x-functions-key or ?code=`
}

/** Says that a function is disabled. */
export function sayDisabled({ registered }: HttpRoute): string {
  const { name } = registered.metadata
  return `404 ${name}: the function is disabled by AzureWebJobs.${name}.Disabled`
}

/** Says that no function answers this path or method, and which one was perhaps meant. */
export function sayUnknown(routes: readonly HttpRoute[], method: string, pathname: string): string {
  const path = pathname.slice(0, 200)
  const wanted = path.toLowerCase().replace(/\/$/, '')
  const same = routes.find((route) => route.path.toLowerCase() === wanted)
  if (same) return `404 ${method} ${path}: it takes ${[...same.methods].join(' or ')}`
  const meant = routes.find((route) => route.path.toLowerCase().endsWith(wanted))
  if (meant && wanted !== '') return `404 ${method} ${path}: the function is at ${meant.path}`
  return `404 ${method} ${path}: no function has this path`
}
