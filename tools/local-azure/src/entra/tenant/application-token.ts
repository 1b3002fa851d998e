/**
 * Tokens for applications that act on their own.
 */

import type { Application } from '../applications.ts'
import type { Directory } from '../directory/directory.ts'
import type { EntraContext } from '../entra-context.ts'
import { signToken } from '../tokens.ts'

/** How long such a token lives; the answer says a second less, as Entra does. */
export const applicationTokenSeconds = 3_600

/** Signs a token for `application` to show to `audience`. */
export function signApplicationToken(
  context: EntraContext,
  directory: Directory,
  application: Application,
  audience: string,
  lifetimeSeconds: number = applicationTokenSeconds,
): Promise<string> {
  const isGraph = audience.replace(/\/$/, '') === 'https://graph.microsoft.com'
  const { clientId, graphRoles, name } = application
  // An application's service principal has an id of its own.
  const objectId = context.host.keys.id(`principal:${name}:${directory.name}`)
  const claims = {
    aud: audience,
    iss: context.issuer(directory.tenantId),
    appid: clientId,
    azp: clientId,
    appidacr: '1',
    idtyp: 'app',
    oid: objectId,
    sub: objectId,
    tid: directory.tenantId,
    roles: isGraph ? graphRoles : [],
    ver: '1.0',
  }
  const grants = [audience, ...claims.roles]
  const kind = 'Entra application token'
  return signToken(context, { owner: 'entra', claims, kind, holder: name, grants, lifetimeSeconds })
}
