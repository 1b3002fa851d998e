/**
 * On an empty account: nothing has to be set up, whoever comes first, in however many processes.
 */

import { CosmosClient } from '@azure/cosmos'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob } from './support/sign-in-page.ts'

test('the first calls make the containers they need, with the life they need', async ({ localAzure }) => {
  const environment = { LATCHKEY_COSMOS_SYSTEM_DATABASE: 'fresh-system' }
  const servers = [1, 2].map(() => createLocalServer(localAzure, { environment }))
  const answers = await Promise.all(
    servers.flatMap((server) =>
      [alice, bob].map((who) => server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  const [admin] = answers.filter(({ json }) => json.role === 'admin')
  const bearer: string = admin?.json.accessToken
  const rules = await servers[0]!.call('GET', '/v1/role-permissions', { bearer })
  expect(rules).toMatchObject({ status: 200, json: { value: [] } })
  expect((await servers[1]!.call('GET', '/v1/audit', { bearer })).status).toBe(200)

  const { endpoint, key } = localAzure.endpoints.cosmos
  const { resources } = await new CosmosClient({ endpoint, key })
    .database('fresh-system')
    .containers.readAll()
    .fetchAll()
  const byId = Object.fromEntries(
    resources.map((one) => [one.id, [one.partitionKey?.paths[0], one.defaultTtl ?? null]]),
  )
  expect(byId).toEqual({ Sessions: ['/sid', -1], RolePermissions: ['/role', null], Audit: ['/subject', -1] })
})
