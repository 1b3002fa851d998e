/** The containers of Cosmos DB as the person's own partition opens them. */

import { type Container, CosmosClient } from '@azure/cosmos'
import { type CosmosClients, createCosmosClients } from '@latchkey/server/client'
import { latchkey } from '../latchkey.ts'
import { heldTokens } from '../token-shelf.ts'

// A token about to run out is not worth starting with.
const marginMs = 60_000
let clients: Promise<CosmosClients<Container>> | undefined

/** The container, opened with the token for the person's own partition. */
export async function openOwnContainer(container: string, personId: string): Promise<Container> {
  const known = await clients
  if (!known || known.expiresOn.getTime() - Date.now() < marginMs) clients = connect()
  const opened = (await clients)?.container(container, personId)
  if (!opened) throw new Error(`Your role opens no partition of ${container}`)
  return opened
}

async function connect(): Promise<CosmosClients<Container>> {
  const tokens = await latchkey.cosmosTokens()
  for (const { container, mode, partitionKey, expiresOn } of tokens.permissions) {
    const where = partitionKey?.[0] === 'default' ? 'shared rows' : 'own rows'
    const what = mode === 'Read' ? 'read' : 'read and write'
    heldTokens.put({ service: 'Cosmos DB', grants: `${container}, ${where}: ${what}`, expiresOn })
  }
  return createCosmosClients(CosmosClient, tokens)
}
