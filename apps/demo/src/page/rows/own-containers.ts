/** The containers of Cosmos DB as the person's own partition opens them. */

import { type Container, CosmosClient } from '@azure/cosmos'
import { type CosmosClients, createCosmosClients } from '@latchkey/server/client'
import { latchkey } from '../latchkey.ts'
import { serverNow } from '../server-clock.ts'
import { heldTokens } from '../token-shelf.ts'

// A token about to run out is not worth starting with.
const marginMs = 60_000
let clients: Promise<CosmosClients<Container>> | undefined

/**
 * Does `work` on the container, opened with the token for the person's own partition; once more with new tokens when
 * the ones at hand are refused, because they may have ended sooner than this machine's clock says.
 */
export async function withOwnContainer<Result>(
  container: string,
  personId: string,
  work: (container: Container) => Promise<Result>,
): Promise<Result> {
  const attempt = async (): Promise<Result> => work(await openOwnContainer(container, personId))
  try {
    return await attempt()
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code !== 401 && code !== 403) throw error
    clients = undefined
    return await attempt()
  }
}

async function openOwnContainer(container: string, personId: string): Promise<Container> {
  // A failure to connect is not kept: whoever asks again connects again.
  const known = await clients?.catch(() => undefined)
  if (!known || known.expiresOn.getTime() - serverNow() < marginMs) clients = connect()
  const opened = (await clients)?.container(container, personId)
  if (!opened) throw new Error(`Your role opens no rows of ${container}. An admin can give you another role.`)
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
