/**
 * The scopes B2C understands.
 */

import type { Application } from '../applications.ts'
import type { EntraContext } from '../entra-context.ts'
import { words } from '../grants/form.ts'
import { B2cError } from './errors.ts'

/** What a scope parameter asks for. */
export interface RequestedScopes {
  readonly openid: boolean
  readonly offline: boolean
  /** The application an access token is for. */
  readonly resource?: string
  /** The API's scopes without the resource in front: `scp`. */
  readonly names: readonly string[]
  /** The parameter as granted, for the answer. */
  readonly text: string
}

const standard = new Set(['openid', 'offline_access', 'profile', 'email'])
const apiScopes = new Set(['user_impersonation', 'access', 'demo.read', 'demo.write'])

/**
 * Reads a scope parameter.
 *
 * @throws {@link B2cError} AADB2C90010 for none, AADB2C90117 for one the application may not ask for, AADB2C90146 for two
 *   resources.
 */
export function parseScopes(
  context: EntraContext,
  application: Application,
  value: string | undefined,
): RequestedScopes {
  const asked = words(value)
  if (asked.length === 0) throw new B2cError('AADB2C90010')
  const resources = new Set<string>()
  const names: string[] = []
  for (const scope of asked) {
    if (standard.has(scope)) continue
    const { resource, name } = resolve(context, application, scope)
    resources.add(resource)
    if (name !== undefined) names.push(name)
  }
  if (resources.size > 1) throw new B2cError('AADB2C90146', asked.join(' '))
  const [resource] = resources
  return {
    openid: asked.includes('openid'),
    offline: asked.includes('offline_access'),
    names,
    text: asked.join(' '),
    ...(resource === undefined ? {} : { resource }),
  }
}

function resolve(
  context: EntraContext,
  application: Application,
  scope: string,
): { readonly resource: string; readonly name?: string } {
  // The application's own id asks for an access token for itself.
  if (scope.toLowerCase() === application.clientId) return { resource: application.clientId }
  const { applications, directories } = context
  const prefix = `https://${directories.b2c.domain}/`
  const [clientId = '', name = '', ...rest] = scope.startsWith(prefix)
    ? scope.slice(prefix.length).split('/')
    : []
  const api = applications.find(clientId, 'b2c')
  if (!api || !apiScopes.has(name) || rest.length > 0) throw new B2cError('AADB2C90117', scope)
  return { resource: api.clientId, name }
}
