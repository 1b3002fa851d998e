/**
 * Who is asking: the resource's owner, by access key or through Entra, or one of its users, by access token.
 */

import { verifySignedRequest } from '@latchkey/common'
import type { AccessTokenVerifier, VerifiedAccessToken } from '../host/access-token-verifier.ts'
import type { TokenBearer } from './access-tokens.ts'
import { denied, forbidden, unauthorized } from './errors.ts'
import type { CommunicationResource } from './resource.ts'
import type { Incoming } from './routes.ts'
import type { TokenScope } from './token-scopes.ts'

/** The audience of Entra tokens that open the resource itself. */
export const resourceAudience = 'https://communication.azure.com'

/** How the service asks Entra about a token. */
export type EntraTokenVerifier = AccessTokenVerifier['verifyAccessToken']

/** Any scope that opens chat. */
const chatScopes: readonly TokenScope[] = ['chat', 'chat.join', 'chat.join.limited']

/** Lets the resource's owner through: a signature by the access key, or an Entra token of an application. */
export async function authorizeOwner(
  resource: CommunicationResource,
  verifyEntraToken: EntraTokenVerifier | undefined,
  incoming: Incoming,
): Promise<void> {
  const bearer = readBearer(incoming.request)
  if (bearer !== undefined) {
    const principal = await verifyEntraToken?.(bearer, { audience: resourceAudience })
    // Delegated client scopes are for the exchanges; they never manage the resource.
    if (!principal || principal.scopes.some((scope) => scope !== 'user_impersonation')) throw denied()
    return
  }
  await assertSigned(resource, incoming)
}

async function assertSigned(resource: CommunicationResource, incoming: Incoming): Promise<void> {
  const { body, request, target } = incoming
  const received = { method: request.method, target, headers: request.headers, body }
  const keys = [resource.host.endpoints().communication.accessKey]
  const verdict = await verifySignedRequest(received, { keys, clock: resource.host.clock })
  if (verdict.ok) return
  // Clients outside this process cannot follow the control clock: a date of the machine's own time is as good.
  const onMachineTime =
    verdict.reason === 'ERR_SIGNATURE_DATE' && (await verifySignedRequest(received, { keys }))
  if (onMachineTime === false || !onMachineTime.ok) throw denied()
}

/** The Entra person behind an exchange. */
export async function authorizeEntraPerson(
  verifyEntraToken: EntraTokenVerifier | undefined,
  audience: string,
  incoming: Incoming,
): Promise<VerifiedAccessToken> {
  const bearer = readBearer(incoming.request)
  if (bearer === undefined) throw denied()
  const person = await verifyEntraToken?.(bearer, { audience })
  if (!person || person.scopes.length === 0) throw denied()
  return person
}

/** The user behind a real-time operation, whose token stands in `X-Skypetoken`. */
export async function authorizeListener(
  resource: CommunicationResource,
  { request }: Incoming,
): Promise<TokenBearer> {
  const token = request.headers.get('x-skypetoken') ?? readBearer(request)
  return assertOpensChat(await readUser(resource, token))
}

/** The user behind a chat operation; the token must open chat. */
export async function authorizeChatUser(
  resource: CommunicationResource,
  incoming: Incoming,
): Promise<TokenBearer> {
  return assertOpensChat(await readUser(resource, readBearer(incoming.request)))
}

function assertOpensChat(bearer: TokenBearer): TokenBearer {
  if (!bearer.scopes.some((scope) => chatScopes.includes(scope))) throw forbidden()
  return bearer
}

/** The user whose token is `token`, who must still exist. */
export async function readUser(
  resource: CommunicationResource,
  token: string | undefined,
): Promise<TokenBearer> {
  const bearer = token === undefined ? undefined : await resource.tokens.verify(token)
  if (!bearer || !resource.identities.find(bearer.identity)) throw unauthorized()
  return bearer
}

/** The token of an `Authorization: Bearer` header. */
export function readBearer(request: Request): string | undefined {
  const [scheme, token, ...rest] = (request.headers.get('authorization') ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && token && rest.length === 0 ? token : undefined
}
