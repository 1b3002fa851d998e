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

/**
 * The audiences of Entra tokens. The clients ask for the first with two slashes (`https://communication.azure.com//.default`),
 * so that the slash stays in the audience.
 */
export const ownerAudiences: readonly string[] = [
  'https://communication.azure.com/',
  'https://communication.azure.com',
]
export const clientAudiences: readonly string[] = [
  'https://communication.azure.com/clients',
  ...ownerAudiences,
]
export const teamsAudience = 'https://auth.msft.communication.azure.com'

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
    const principal = await verifyFor(verifyEntraToken, bearer, ownerAudiences)
    // A person's token is for the exchanges; it never manages the resource.
    if (!principal || principal.scopes.length > 0) throw denied()
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

async function verifyFor(
  verify: EntraTokenVerifier | undefined,
  token: string,
  audiences: readonly string[],
): Promise<VerifiedAccessToken | undefined> {
  for (const audience of audiences) {
    const found = await verify?.(token, { audience })
    if (found) return found
  }
  return undefined
}

/** The Entra person behind an exchange. */
export async function authorizeEntraPerson(
  verifyEntraToken: EntraTokenVerifier | undefined,
  audiences: readonly string[],
  incoming: Incoming,
): Promise<VerifiedAccessToken> {
  const bearer = readBearer(incoming.request)
  if (bearer === undefined) throw denied()
  const person = await verifyFor(verifyEntraToken, bearer, audiences)
  if (!person || person.scopes.length === 0) throw denied()
  return person
}

/** The user behind a real-time operation, whose token stands in `X-Skypetoken`. */
export async function authorizeListener(
  resource: CommunicationResource,
  { request }: Incoming,
): Promise<TokenBearer> {
  const token = request.headers.get('x-skypetoken') ?? readBearer(request)
  return await readChatUser(resource, token)
}

/** The user behind a chat operation; the token must open chat. */
export async function authorizeChatUser(
  resource: CommunicationResource,
  incoming: Incoming,
): Promise<TokenBearer> {
  return await readChatUser(resource, readBearer(incoming.request))
}

/** The user whose token is `token`, who must still exist; the token must open chat. */
export async function readChatUser(
  resource: CommunicationResource,
  token: string | undefined,
): Promise<TokenBearer> {
  const bearer = token === undefined ? undefined : await resource.tokens.verify(token)
  if (!bearer || !resource.identities.find(bearer.identity)) throw unauthorized()
  if (!bearer.scopes.some((scope) => chatScopes.includes(scope))) throw forbidden()
  return bearer
}

/** The token of an `Authorization: Bearer` header. */
function readBearer(request: Request): string | undefined {
  const [scheme, token, ...rest] = (request.headers.get('authorization') ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && token && rest.length === 0 ? token : undefined
}
