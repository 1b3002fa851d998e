/**
 * An application acting on its own.
 */

import { applicationTokenSeconds, signApplicationToken } from '../application-token.ts'
import { EntraError } from '../errors.ts'
import { findAudience } from '../resources.ts'
import { authenticateClient, requireField, type TenantTokenRequest } from '../token-request.ts'

/** Answers `grant_type=client_credentials`; the scope is `{resource}/.default`. */
export async function grantToApplication(request: TenantTokenRequest): Promise<object> {
  const { application, context, directory, form } = request
  if (application.secret === undefined) throw new EntraError(7_000_218)
  authenticateClient(request)
  const scope = requireField(form, 'scope')
  if (!scope.endsWith('/.default')) throw new EntraError(70_011, [scope])
  const asked = scope.slice(0, -'/.default'.length)
  const audience = findAudience(context, asked)
  if (audience === undefined) throw new EntraError(500_011, [asked, directory.tenantId])
  const token = await signApplicationToken(context, directory, application, audience)
  const expiresIn = applicationTokenSeconds - 1
  return { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn, access_token: token }
}
