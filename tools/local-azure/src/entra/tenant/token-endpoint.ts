/**
 * The token endpoint of a tenant.
 */

import type { Directory } from '../directory/directory.ts'
import type { EntraContext } from '../entra-context.ts'
import { clientCredentialsOf } from '../grants/client-credentials-of.ts'
import { judgeClient } from '../grants/client-proof.ts'
import { type Parameters, readForm } from '../grants/form.ts'
import { EntraError, entraHeaders } from './errors.ts'
import { redeemTenantCode } from './grants/authorization-code.ts'
import { grantToApplication } from './grants/client-credentials.ts'
import { grantByNativePassword } from './grants/native-password.ts'
import { refreshTenantToken } from './grants/refresh-token.ts'
import { requireField, type TenantTokenRequest } from './token-request.ts'

type Grant = (request: TenantTokenRequest) => Promise<object>

const applicationGrants: Readonly<Record<string, Grant>> = { client_credentials: grantToApplication }

// External ID has no password grant of OAuth: `password` belongs to native authentication, with its own token.
const externalGrants: Readonly<Record<string, Grant>> = {
  ...applicationGrants,
  authorization_code: redeemTenantCode,
  refresh_token: refreshTenantToken,
  password: grantByNativePassword,
}

/** Answers `POST {tenant}/oauth2/v2.0/token`. */
export async function answerTenantToken(
  context: EntraContext,
  directory: Directory,
  request: Request,
): Promise<Response> {
  try {
    if (request.method !== 'POST') throw new EntraError(900_561)
    const form = await readForm(request)
    if (!form) throw new EntraError(9_002_313)
    return Response.json(await answer(context, directory, request, form), { headers: entraHeaders() })
  } catch (error) {
    if (error instanceof EntraError) return error.respond(context.host.clock)
    throw error
  }
}

async function answer(
  context: EntraContext,
  directory: Directory,
  request: Request,
  form: Parameters,
): Promise<object> {
  const client = clientCredentialsOf(request, form)
  if (!client) throw new EntraError(9_002_313)
  const { clientId } = client
  if (clientId === undefined) throw new EntraError(900_144, ['client_id'])
  const application = context.applications.find(clientId, directory.name)
  if (!application) throw new EntraError(700_016, [clientId, directory.tenantId])
  const name = requireField(form, 'grant_type')
  const grants = directory.name === 'external-id' ? externalGrants : applicationGrants
  const grant = Object.hasOwn(grants, name) ? grants[name] : undefined
  if (!grant) throw new EntraError(70_003, [name])
  const proof = await judgeClient(context, application, form, client, request.url)
  return grant({ context, directory, application, form, proof })
}
