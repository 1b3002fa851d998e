/**
 * An editor, through the route of a server of yours and the token provider of the client.
 */

import { createFluidTokenRoute, createFluidTokenSigner, type FluidTenantKeys } from '@latchkey/fluid'
import { createTokenProvider, type FluidTokenProvider } from '@latchkey/fluid/provider'

/** Who is signed in, as your server knows it. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
}

/** What the route asks of your server. */
export interface Directory {
  whoIs(request: Request): Promise<Person | undefined>
  mayEdit(person: Person, documentId: string): Promise<boolean>
}

/** The server: the caller names the document, everything else is decided here. */
export function editorRoute(
  tenantId: string,
  keys: FluidTenantKeys,
  directory: Directory,
): (request: Request) => Promise<Response> {
  return createFluidTokenRoute<Person>({
    signer: createFluidTokenSigner({ tenantId, keys }),
    authenticate: (request) => directory.whoIs(request),
    authorize: async (person, documentId) => {
      const { id, name, email } = person
      if (documentId !== undefined && !(await directory.mayEdit(person, documentId))) return undefined
      return {
        user: { id, name, additionalDetails: { email } },
        scopes: ['doc:read', 'doc:write', 'summary:write'],
      }
    },
  })
}

/** The browser: give it to `new AzureClient({ connection: { type: 'remote', endpoint, tenantId, tokenProvider } })`. */
export function editorTokens(url: string, headers: Readonly<Record<string, string>>): FluidTokenProvider {
  return createTokenProvider({
    fetchToken: async ({ documentId, signal }) => {
      const body = JSON.stringify({ documentId })
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal,
      })
      if (!response.ok) throw Object.assign(new Error('No token'), { status: response.status })
      return (await response.json()) as { token: string; expiresOn: string }
    },
  })
}
