/** How Azure's Fluid client reaches the relay, with tokens from Latchkey. */

import type { AzureRemoteConnectionConfig } from '@fluidframework/azure-client'
import { createTokenProvider } from '@latchkey/fluid/provider'
import { latchkey } from '../latchkey.ts'
import { heldTokens } from '../token-shelf.ts'

/** What an AzureClient is made with. */
export async function connectFluid(): Promise<AzureRemoteConnectionConfig> {
  const { endpoint, tenantId } = await latchkey.fluidToken()
  const tokenProvider = createTokenProvider({
    fetchToken: async (request) => {
      const token = await latchkey.fluidToken(request)
      const grants = request.documentId ? 'this room' : 'a new room'
      heldTokens.put({ service: 'Fluid Relay', grants, expiresOn: token.expiresOn })
      return token
    },
  })
  return { type: 'remote', endpoint, tenantId, tokenProvider }
}
