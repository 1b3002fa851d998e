/**
 * What the page gets from Latchkey, in the form the Azure clients take.
 */

import { ChatClient } from '@azure/communication-chat'
import { type Container, CosmosClient } from '@azure/cosmos'
import type { AzureRemoteConnectionConfig } from '@fluidframework/azure-client'
import { AzureCommunicationTokenCredential } from '@latchkey/common'
import { createTokenProvider } from '@latchkey/fluid/provider'
import {
  type CosmosClients,
  createCosmosClients,
  createLatchkeyClient,
  type Me,
} from '@latchkey/server/client'
import { localHttp } from './local-http.ts'
import { heldTokens } from './token-shelf.ts'

export type Person = Me

const client = createLatchkeyClient()
// A token about to run out is not worth starting with.
const marginMs = 60_000
let cosmosClients: Promise<CosmosClients<Container>> | undefined

/** The page's way through the door. */
export const latchkey = {
  me: (): Promise<Person | undefined> => client.me(),

  signInUrl: (): string => client.signInUrl(`${location.pathname}${location.search}`),

  async signOut(): Promise<void> {
    await client.signOut()
    location.assign('/')
  },

  async fluidConnection(): Promise<AzureRemoteConnectionConfig> {
    const { endpoint, tenantId } = await client.fluidToken()
    const tokenProvider = createTokenProvider({
      fetchToken: async (request) => {
        const token = await client.fluidToken(request)
        const grants = request.documentId ? 'this room' : 'a new room'
        heldTokens.put({ service: 'Fluid Relay', grants, expiresOn: token.expiresOn })
        return token
      },
    })
    return { type: 'remote', endpoint, tenantId, tokenProvider }
  },

  async chat(): Promise<{ readonly client: ChatClient; readonly userId: string }> {
    const { endpoint, userId } = await client.communicationToken(['chat'])
    const credential = new AzureCommunicationTokenCredential({
      refreshProactively: true,
      tokenRefresher: async () => {
        const { token, expiresOn } = await client.communicationToken(['chat'])
        heldTokens.put({ service: 'Communication', grants: 'chat', expiresOn })
        return token
      },
    })
    const { url, options } = localHttp(endpoint)
    return { client: new ChatClient(url, credential, options), userId }
  },

  /** The container as the person's own partition opens it. */
  async cosmos(container: string, personId: string): Promise<Container> {
    const known = await cosmosClients
    if (!known || known.expiresOn.getTime() - Date.now() < marginMs) cosmosClients = openCosmos()
    const opened = (await cosmosClients)?.container(container, personId)
    if (!opened) throw new Error(`Your role opens no partition of ${container}`)
    return opened
  },
}

async function openCosmos(): Promise<CosmosClients<Container>> {
  const tokens = await client.cosmosTokens()
  for (const { container, mode, partitionKey, expiresOn } of tokens.permissions) {
    const where = partitionKey?.[0] === 'default' ? 'shared rows' : 'own rows'
    const what = mode === 'Read' ? 'read' : 'read and write'
    heldTokens.put({ service: 'Cosmos DB', grants: `${container}, ${where}: ${what}`, expiresOn })
  }
  return createCosmosClients(CosmosClient, tokens)
}
