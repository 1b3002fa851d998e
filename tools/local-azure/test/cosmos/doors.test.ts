/**
 * The three ways in, with endpoint discovery on, as an application has it: http, https, in process. And a browser's.
 */

import { Agent } from 'node:https'
import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos'
import { describe, expect } from 'vitest'
import { openInProcessCosmos } from '../../src/cosmos/index.ts'
import type { Endpoints } from '../../src/endpoints.ts'
import { test } from '../../src/host/fixture.ts'

async function roundTrip(options: CosmosClientOptions): Promise<unknown> {
  const client = new CosmosClient({ consistencyLevel: 'Session', ...options })
  try {
    const { database } = await client.databases.createIfNotExists({ id: 'doors' })
    const { container } = await database.containers.createIfNotExists({ id: 'items', partitionKey: '/pk' })
    await container.items.upsert({ id: 'ä', pk: 'p' })
    await container.item('ä', 'p').read()
    const { resources } = await container.items.query('SELECT VALUE c.id FROM c').fetchAll()
    return [resources, await client.getWriteEndpoint()]
  } finally {
    client.dispose()
  }
}

describe('the local Cosmos is reached', () => {
  test('over http', async ({ localAzure }) => {
    const { endpoint, key } = localAzure.endpoints.cosmos
    expect(await roundTrip({ endpoint, key })).toEqual([['ä'], `${endpoint}/`])
  })

  test('over https, trusting the authority of endpoints.json', async ({ localAzure }) => {
    const { cosmos, certificateAuthority }: Endpoints = localAzure.endpoints
    const agent = new Agent({ ca: certificateAuthority })
    expect(await roundTrip({ endpoint: cosmos.httpsEndpoint, key: cosmos.key, agent })).toEqual([
      ['ä'],
      `${cosmos.httpsEndpoint}/`,
    ])
    agent.destroy()
  })

  test('in process', async () => {
    const { httpClient, endpoint, key, close } = openInProcessCosmos()
    expect(await roundTrip({ endpoint, key, httpClient })).toEqual([['ä'], endpoint])
    close()
  })

  test('from a page of this machine', async ({ localAzure }) => {
    const { endpoint } = localAzure.endpoints.cosmos
    const origin = 'http://127.0.0.1:4286'
    const asked = {
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization,x-ms-version',
    }
    const preflight = await fetch(`${endpoint}/dbs`, { method: 'OPTIONS', headers: { origin, ...asked } })
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
    const response = await fetch(`${endpoint}/dbs`, { headers: { origin } })
    expect(response.status).toBe(401)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-expose-headers')).toMatch(/x-ms-activity-id/)
    expect(response.headers.get('x-emulator')).toBe('not-for-production')
  })
})
