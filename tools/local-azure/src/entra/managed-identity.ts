/**
 * The managed identity of the machine: the endpoint of App Service, and the one of virtual machines.
 *
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */

import { type EntraContext, isSameSecret } from './entra-context.ts'
import { signApplicationToken } from './tenant/application-token.ts'
import { findAudience } from './tenant/resources.ts'

const appServicePath = '/msi/token'
const machinePath = '/metadata/identity/oauth2/token'
const lifetimeSeconds = 86_400

/** Answers for a token of the managed identity; `undefined` for every other address. */
export async function answerManagedIdentity(
  context: EntraContext,
  request: Request,
  url: URL,
): Promise<Response | undefined> {
  const isAppService = url.pathname === appServicePath
  if (!isAppService && url.pathname !== machinePath) return undefined
  const refused = isAppService ? judgeAppService(context, request, url) : judgeMachine(request, url)
  if (refused) return refused
  return issue(context, url, isAppService)
}

/** The secret header is what keeps a page or a forged request from asking (server-side request forgery). */
function judgeAppService(context: EntraContext, request: Request, url: URL): Response | undefined {
  const header = request.headers.get('x-identity-header')
  const expected = context.host.endpoints().entra.managedIdentity.header
  if (header === null || !isSameSecret(header, expected))
    return refuse(401, 'unauthorized', 'Bad identity header.')
  return judge(request, url, '2019-08-01')
}

function judgeMachine(request: Request, url: URL): Response | undefined {
  if (request.headers.get('metadata')?.toLowerCase() !== 'true' || request.headers.has('x-forwarded-for')) {
    return refuse(400, 'bad_request_102', 'Required metadata header not specified or not correct')
  }
  return judge(request, url, '2018-02-01')
}

function judge(request: Request, url: URL, version: string): Response | undefined {
  if (request.method !== 'GET') return refuse(405, 'method_not_allowed', 'Only GET is allowed.')
  if (url.searchParams.get('api-version') !== version) {
    return refuse(
      400,
      'invalid_request',
      `Required query variable 'api-version' is missing or not ${version}.`,
    )
  }
  if (url.searchParams.has('resource')) return undefined
  return refuse(400, 'invalid_request', "Required query variable 'resource' is missing.")
}

async function issue(context: EntraContext, url: URL, isAppService: boolean): Promise<Response> {
  const application = context.applications.named('managed-identity-client')
  const named = url.searchParams.get('client_id')
  if (named !== null && named !== application.clientId) {
    return refuse(400, 'invalid_request', 'Identity not found')
  }
  const resource = url.searchParams.get('resource') ?? ''
  const audience = findAudience(context, resource)
  if (audience === undefined) {
    const message = `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`
    return refuse(400, 'invalid_resource', message)
  }
  const directory = context.directories.b2c
  const token = await signApplicationToken(context, directory, application, audience, lifetimeSeconds)
  const now = context.nowSeconds()
  const common = { access_token: token, client_id: application.clientId, resource, token_type: 'Bearer' }
  const expires = { expires_on: String(now + lifetimeSeconds) }
  const more = isAppService
    ? {}
    : {
        expires_in: String(lifetimeSeconds),
        ext_expires_in: String(lifetimeSeconds),
        not_before: String(now),
      }
  return Response.json({ ...common, ...expires, ...more }, { headers: { 'Cache-Control': 'no-store' } })
}

function refuse(status: number, error: string, description: string): Response {
  // App Service and the machine's endpoint describe errors differently; clients read either.
  const body = { error, error_description: description, statusCode: status, message: description }
  return Response.json(body, { status })
}
