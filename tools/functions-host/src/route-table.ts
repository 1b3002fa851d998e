/**
 * Which function answers which method and path.
 */

import type { FunctionApp, RegisteredFunction } from './function-app.ts'
import { RouteTemplate } from './route-template.ts'

/** How much a caller must prove. */
export type AuthorizationLevel = 'anonymous' | 'function' | 'admin'

/** One function with an HTTP trigger. */
export interface HttpRoute {
  readonly registered: RegisteredFunction
  readonly bindingName: string
  readonly level: AuthorizationLevel
  readonly methods: ReadonlySet<string>
  readonly template: RouteTemplate
  /** The template as text, with the prefix, for people. */
  readonly path: string
}

/** A route that matched, with what its template took from the path. */
export interface RouteMatch {
  readonly route: HttpRoute
  readonly parameters: Readonly<Record<string, string>>
}

/** The HTTP functions of an app, the more exact routes first. */
export function createRouteTable(app: FunctionApp, routePrefix: string): readonly HttpRoute[] {
  const routes: HttpRoute[] = []
  for (const registered of app.functions.values()) {
    const { name, bindings } = registered.metadata
    for (const [bindingName, binding] of Object.entries(bindings)) {
      if (binding.type.toLowerCase() !== 'httptrigger') continue
      const path = [routePrefix, binding.route ?? name].filter((part) => part !== '').join('/')
      routes.push({
        registered,
        bindingName,
        level: parseLevel(binding.authLevel),
        methods: new Set((binding.methods ?? []).map((method) => method.toUpperCase())),
        template: new RouteTemplate(path),
        path: `/${path}`,
      })
    }
  }
  return routes.sort((a, b) => a.template.precedence - b.template.precedence)
}

/** Finds the route for a request. A known path with a method nobody declared is unknown, as in the real host. */
export function findRoute(
  table: readonly HttpRoute[],
  method: string,
  pathname: string,
): RouteMatch | undefined {
  const path = splitPath(pathname)
  for (const route of table) {
    if (route.methods.size > 0 && !route.methods.has(method)) continue
    const parameters = route.template.match(path)
    if (parameters) return { route, parameters }
  }
  return undefined
}

function splitPath(pathname: string): string[] {
  const segments = pathname.replace(/^\//, '').split('/').map(decode)
  if (segments.at(-1) === '') segments.pop()
  return segments
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function parseLevel(level: string | undefined): AuthorizationLevel {
  const known = level?.toLowerCase() ?? 'anonymous'
  if (known === 'anonymous' || known === 'function' || known === 'admin') return known
  throw new Error(`The authorization level "${level}" is not supported`)
}
