/**
 * The token endpoint of a B2C policy.
 */

import type { EntraContext } from '../entra-context.ts'
import { type ClientCredentials, clientCredentialsOf } from '../grants/client-credentials-of.ts'
import { judgeClient } from '../grants/client-proof.ts'
import { type Parameters, readForm } from '../grants/form.ts'
import { B2cError, b2cErrorResponse, gatewayHeaders } from './errors.ts'
import { redeemCode } from './grants/authorization-code.ts'
import { grantToClient } from './grants/client-credentials.ts'
import { grantByPassword } from './grants/password.ts'
import { refresh } from './grants/refresh-token.ts'
import type { Policy } from './policies.ts'
import type { TokenRequest } from './token-request.ts'

type Grant = (request: TokenRequest) => Promise<object>

const grants: Readonly<Record<string, Grant>> = {
  authorization_code: redeemCode,
  client_credentials: grantToClient,
  password: grantByPassword,
  refresh_token: refresh,
}

/** Answers `POST .../oauth2/v2.0/token`. */
export async function answerToken(
  context: EntraContext,
  policy: Policy,
  request: Request,
): Promise<Response> {
  const { clock } = context.host
  try {
    if (request.method !== 'POST') throw new B2cError('AADB2C90226')
    const form = await readForm(request)
    const client = form && clientCredentialsOf(request, form)
    if (!form || !client) throw new B2cError('AADB2C90085')
    const body = await answer(context, policy, form, client, request.url)
    return Response.json(body, { headers: gatewayHeaders() })
  } catch (error) {
    if (error instanceof B2cError) return b2cErrorResponse(error, clock)
    throw error
  }
}

async function answer(
  context: EntraContext,
  policy: Policy,
  form: Parameters,
  client: ClientCredentials,
  url: string,
): Promise<object> {
  const { clientId } = client
  if (clientId === undefined) throw new B2cError('AADB2C90008')
  const name = form.get('grant_type')
  if (name === undefined) throw new B2cError('AADB2C90083', 'grant_type')
  const grant = Object.hasOwn(grants, name) ? grants[name] : undefined
  if (!grant) throw new B2cError('AADB2C90086', name)
  const application = context.applications.find(clientId, 'b2c')
  if (!application) throw new B2cError('AADB2C90018', clientId, context.directories.b2c.domain)
  const proof = await judgeClient(context, application, form, client, url)
  return grant({ context, policy, application, form, proof })
}
