/**
 * The SDK and a Cosmos that does not answer: what is put on the wire, and what the caller is told.
 */

import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'
import { type Container, CosmosClient } from '@azure/cosmos'
import { systemClock } from '@latchkey/common'
import { type LocalAzure, settingsOf } from '@latchkey/local-azure'
import { test as localTest } from '@latchkey/local-azure/testing'
import { describe, expect, test } from 'vitest'
import { parseSettings } from '../src/index.ts'
import { openCosmosDatabases } from '../src/stores/cosmos/cosmos-database.ts'
import { singleAttemptClient } from '../src/stores/cosmos/single-attempt-client.ts'

const calls: [name: string, requests: number, call: (container: Container) => Promise<unknown>][] = [
  ['a read', 1, (container) => container.item('a', 'p').read()],
  // A query that fails is followed by the question for its plan.
  ['a query', 2, (container) => container.items.query('SELECT * FROM c').fetchAll()],
  ['a create', 1, (container) => container.items.create({ id: 'a', pk: 'p' })],
  ['a patch', 1, (container) => container.item('a', 'p').patch([{ op: 'add', path: '/x', value: 1 }])],
]

/** A container reached through the SDK, and the paths of the requests about its items. */
async function open({ endpoints }: LocalAzure) {
  const sent: string[] = []
  const wire = createDefaultHttpClient()
  const recording: HttpClient = {
    sendRequest: (request) => {
      if (request.url.includes('/docs')) sent.push(request.url)
      return wire.sendRequest(request)
    },
  }
  const { endpoint, key } = endpoints.cosmos
  const client = new CosmosClient({ endpoint, key, httpClient: singleAttemptClient(recording, 300) })
  const { database } = await client.databases.createIfNotExists({ id: 'shop' })
  const { container } = await database.containers.createIfNotExists({ id: 'items', partitionKey: '/pk' })
  return { container, sent, client }
}

describe.each([
  ['reset', 'ECONNRESET'],
  ['timeout', 'ETIMEDOUT'],
  ['drop-response', 'ECONNRESET'],
] as const)('when every request meets %s', (kind, networkCode) => {
  localTest.for(calls)('%s makes no request twice: %d', async ([, requests, call], { localAzure }) => {
    const { container, sent, client } = await open(localAzure)
    localAzure.faults.add({ service: 'cosmos', match: '/docs', kind, times: 100 })
    await expect(call(container)).rejects.toMatchObject({ code: 'COSMOS_UNANSWERED', networkCode })
    localAzure.faults.clear()
    expect(sent).toHaveLength(requests)
    client.dispose()
  })
})

test('an address that is not known is said to be so', async () => {
  const httpClient = singleAttemptClient(createDefaultHttpClient(), 5_000)
  const client = new CosmosClient({ endpoint: 'http://cosmos.invalid/', key: 'a2V5', httpClient })
  const read = client.database('d').container('c').item('a', 'p').read()
  await expect(read).rejects.toMatchObject({ networkCode: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) })
  client.dispose()
})

localTest('a server tries five times, within seconds', async ({ localAzure }) => {
  const settings = parseSettings({ ...settingsOf(localAzure.endpoints), NODE_ENV: 'development' })
  const databases = openCosmosDatabases(settings.cosmos, systemClock)
  const sessions = databases.system('Sessions')
  await sessions.find((container) => container.item('a', 'a').read())
  const arrived = (): number =>
    localAzure.requests.list('cosmos').filter(({ path }) => path.includes('/Sessions/docs/a')).length
  const before = arrived()
  localAzure.faults.add({ service: 'cosmos', match: '/Sessions/docs/a', kind: 'reset', times: 100 })
  await expect(sessions.find((container) => container.item('a', 'a').read())).rejects.toMatchObject({
    code: 'ERR_SERVER_UPSTREAM',
    details: { service: 'cosmos', upstreamStatus: 'ECONNRESET' },
  })
  expect(arrived() - before).toBe(5)
  databases.client.dispose()
})
