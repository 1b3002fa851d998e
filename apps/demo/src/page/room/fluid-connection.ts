/** How Azure's Fluid client reaches the relay, with tokens from Latchkey. */

import type { AzureRemoteConnectionConfig } from '@fluidframework/azure-client'
import { createTokenProvider } from '@latchkey/fluid/provider'
import type { FluidToken } from '@latchkey/server/client'
import { latchkey } from '../latchkey.ts'
import { heldTokens } from '../token-shelf.ts'

/** What an AzureClient is made with to open the document, or without an id to make one. */
export async function connectFluid(documentId: string | undefined): Promise<AzureRemoteConnectionConfig> {
  // The first token says where the relay is; the client's first question is answered with it.
  let first: FluidToken | undefined = await fetchToken(documentId)
  const { endpoint, tenantId } = first
  const tokenProvider = createTokenProvider({
    fetchToken: async (request) => {
      const token = request.documentId === documentId && !request.refresh ? first : undefined
      first = undefined
      return token ?? (await fetchToken(request.documentId, request.signal))
    },
  })
  return { type: 'remote', endpoint, tenantId, tokenProvider }
}

async function fetchToken(documentId: string | undefined, signal?: AbortSignal): Promise<FluidToken> {
  const token = await latchkey.fluidToken({ documentId, ...(signal && { signal }) })
  const grants = documentId ? 'this room' : 'a new room'
  heldTokens.put({ service: 'Fluid Relay', grants, expiresOn: token.expiresOn })
  return token
}
