/**
 * The functions of the app: their names, routes and keys. What they do is in `@latchkey/server`.
 */

import type { HttpMethod } from '@azure/functions'
import { app } from '@azure/functions'
import { type FetchApp, toHttpHandler } from './adapter.ts'

/** The functions that ask for a key, by name; each answers under `/api/{name}`. */
export const keyedFunctions = [
  'CheckAccount',
  'GetRefreshAndAccessToken',
  'GetResourceTokens',
  'GetUserInfo',
  'RefreshToken',
  'CreateRolePermission',
  'UpdateRole',
] as const

/** The functions that do not: callers prove themselves by bearer or cookie. */
export const openRoutes = { v1: 'v1/{*path}', auth: 'auth/{*path}' } as const

// Every method reaches the app, which answers 405 with the ones it takes; the host alone would say 404.
const methods: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** What is done every few minutes. */
export type Sweep = () => Promise<void>

/**
 * Registers the functions.
 *
 * @param fetch - The server, for example `createApp(latchkey).fetch`.
 * @param sweep - Deletes what is past its time and finishes what was interrupted.
 */
export function registerRoutes(fetch: FetchApp, sweep: Sweep): void {
  const handler = toHttpHandler(fetch)
  for (const name of keyedFunctions) {
    app.http(name, { route: `api/${name}`, authLevel: 'function', methods, handler })
  }
  for (const [name, route] of Object.entries(openRoutes)) {
    app.http(name, { route, authLevel: 'anonymous', methods, handler })
  }
  app.timer('sweep', { schedule: '0 */5 * * * *', handler: sweep })
}
