/**
 * What roles that are no longer in the settings gave a person ends as everything else does: seen in Cosmos DB itself.
 */

import { CosmosClient } from '@azure/cosmos'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createLocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials } from './support/sign-in-page.ts'
import { unlimited } from './support/unlimited.ts'

/** Bob, with a Cosmos user of each kind there can be, and of others whose ids begin as his does; and an admin. */
async function prepare(localAzure: LocalAzure) {
  const server = createLocalServer(localAzure, { app: unlimited })
  const signIn = async (who: Credentials) =>
    (await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...who } })).json
  const [admin, person] = [await signIn(alice), await signIn(bob)]
  const id: string = person.subject
  await server.call('POST', '/v1/tokens/cosmos', { bearer: person.accessToken, body: {} })
  const { endpoint, key } = localAzure.endpoints.cosmos
  const app = new CosmosClient({ endpoint, key }).database('latchkey')
  const others = [`${id}.b.editor`, `${id}b.editor`, `a${id}.editor`]
  for (const user of [id, `${id}.retired`, `${id}.Support`, ...others]) await app.users.upsert({ id: user })
  return {
    id,
    others,
    act: (method: string, path: string, body?: unknown) =>
      server.call(method, `/v1/users/${id}${path}`, {
        bearer: admin.accessToken,
        headers: { 'if-match': '*' },
        ...(body !== undefined && { body }),
      }),
    users: async () => {
      const { resources } = await app.users.readAll().fetchAll()
      return resources.map((user) => user.id).filter((user) => user.includes(id))
    },
  }
}

test('they are found by a query, in which an id is a parameter', async ({ localAzure }) => {
  const { id } = await prepare(localAzure)
  const { permissions } = createLocalServer(localAzure).latchkey.parts.stores
  expect((await permissions.usersWith(`${id}.`)).toSorted()).toEqual(
    [`${id}.Support`, `${id}.b.editor`, `${id}.new`, `${id}.retired`].toSorted(),
  )
  localAzure.requests.clear()
  expect(await permissions.usersWith("nobody' OR true --.")).toEqual([])
  const requests = localAzure.requests.list('cosmos').map(({ method, path }) => `${method} ${path}`)
  expect(requests).toEqual(['POST /dbs/latchkey/users'])
})

test('with another role, whose own stays', async ({ localAzure }) => {
  const { act, users, others, id } = await prepare(localAzure)
  const { endpoint, key } = localAzure.endpoints.cosmos
  await new CosmosClient({ endpoint, key }).database('latchkey').users.upsert({ id: `${id}.editor` })
  expect((await act('PUT', '/role', { role: 'editor' })).status).toBeLessThan(300)
  // The bare one is no role's: it goes with the account.
  expect((await users()).toSorted()).toEqual([...others, id, `${id}.editor`].toSorted())
})

test('when the account is disabled', async ({ localAzure }) => {
  const { act, users, others } = await prepare(localAzure)
  expect((await act('PATCH', '', { enabled: false })).status).toBeLessThan(300)
  await act('PATCH', '', { enabled: true })
  expect((await users()).toSorted()).toEqual(others.toSorted())
})

test('with the account', async ({ localAzure }) => {
  const { act, users, others } = await prepare(localAzure)
  expect((await act('DELETE', '')).status).toBeLessThan(300)
  expect((await users()).toSorted()).toEqual(others.toSorted())
})
