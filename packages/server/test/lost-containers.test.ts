/** What a running server does when somebody deletes its containers: it makes them again, and nobody has to restart it. */

import { CosmosClient } from '@azure/cosmos'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials } from './support/sign-in-page.ts'

test('people sign in, roles change and the record goes on after the system database is gone', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure)
  const { endpoint, key } = localAzure.endpoints.cosmos
  const database = new CosmosClient({ endpoint, key }).database('latchkey-system')
  const signIn = async (who: Credentials) =>
    (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })).json
  const use = async (role: string) => {
    const [admin, person] = [await signIn(alice), await signIn(bob)]
    const headers = { 'if-match': '*' }
    const change = { bearer: admin.accessToken, body: { role }, headers }
    const changed = await server.call('PUT', `/v1/users/${person.subject}/role`, change)
    const audit = await server.call('GET', '/v1/audit', { bearer: admin.accessToken })
    return [changed.status, audit.json.value?.length > 0]
  }
  const before = await use('editor')
  await database.delete()
  expect(await use('new')).toEqual(before)
  expect(before).toEqual([200, true])
  const { resources } = await database.containers.readAll().fetchAll()
  expect(resources.map(({ id }) => id)).toContain('RoleChanges')
})
