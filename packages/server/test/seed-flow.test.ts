/**
 * The client flow the original documents, from the first call to a row read by the real @azure/cosmos.
 */

import { CosmosClient } from '@azure/cosmos'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createLocalServer, externalIdOf, type LocalServer } from './support/local-server.ts'
import { bob, fetchIdToken } from './support/sign-in-page.ts'

const textFields = {
  access_token: expect.stringMatching(/^eyJ/),
  refresh_token: expect.any(String),
  expires_on: expect.stringMatching(/^\d+$/),
  expires_in: expect.stringMatching(/^\d+$/),
}

async function readOwnProfile(server: LocalServer, refreshToken: string, rows = 1): Promise<string> {
  const tokens = await server.api('GetResourceTokens', { refresh_token: refreshToken })
  expect(tokens.json).toMatchObject({ success: true, group: 'new', database: 'latchkey' })
  expect(Date.parse(tokens.json.expiresAt)).toBeGreaterThan(Date.now())
  const profile = tokens.json.permissions.find((one: { id: string }) => one.id === 'Profile')
  const client = new CosmosClient({
    endpoint: tokens.json.endpoint,
    resourceTokens: { [profile.resource]: profile._token },
  })
  const [partition] = profile.resourcePartitionKey
  const container = client.database('latchkey').container('Profile')
  const { resources } = await container.items
    .query<{ id: string }>('SELECT * FROM c', { partitionKey: partition })
    .fetchAll()
  expect(resources).toHaveLength(rows)
  await expect(
    container.items.query('SELECT * FROM c', { partitionKey: 'default' }).fetchAll(),
  ).rejects.toMatchObject({
    code: 403,
  })
  expect(tokens.json.refreshToken).not.toBe(refreshToken)
  return tokens.json.refreshToken
}

describe.each(['own', 'upstream'])('with LATCHKEY_API_TOKENS=%s', (tokens) => {
  test('CheckAccount, code + PKCE at B2C, and every function after it', async ({ localAzure }) => {
    const server = createLocalServer(localAzure, { environment: { LATCHKEY_API_TOKENS: tokens } })

    const checked = await server.api('CheckAccount', { email: bob.email })
    expect(checked).toMatchObject({ status: 200, json: { success: true, exist: true } })
    const { objectId } = checked.json.user

    const idToken = await fetchIdToken(localAzure, bob)
    const signedIn = await server.api('GetRefreshAndAccessToken', { id_token: idToken })
    expect(signedIn).toMatchObject({ status: 200, json: { success: true, group: 'new', token: textFields } })

    const info = await server.api('GetUserInfo', { email: bob.email })
    expect(info.json).toMatchObject({
      success: true,
      user: { id: objectId, email: bob.email, firstName: 'Bob' },
    })
    const own = await server.api('GetUserInfo', { refresh_token: signedIn.json.token.refresh_token })
    expect(own.json).toEqual(info.json)

    const refreshed = await server.api('RefreshToken', { refresh_token: signedIn.json.token.refresh_token })
    expect(refreshed).toMatchObject({ status: 200, json: { success: true, token: textFields } })
    expect(refreshed.json.token.refresh_token).not.toBe(signedIn.json.token.refresh_token)

    await readOwnProfile(server, refreshed.json.token.refresh_token)
  })

  test('e-mail and password', async ({ localAzure }) => {
    const server = createLocalServer(localAzure, { environment: { LATCHKEY_API_TOKENS: tokens } })
    const signedIn = await server.api('GetRefreshAndAccessToken', bob as unknown as Record<string, string>)
    expect(signedIn).toMatchObject({ status: 200, json: { success: true, group: 'new', token: textFields } })
    const isOwn = signedIn.json.token.refresh_token.startsWith('rt1.')
    expect(isOwn).toBe(tokens === 'own')
    const refreshed = await server.api('RefreshToken', { refresh_token: signedIn.json.token.refresh_token })
    expect(refreshed).toMatchObject({ status: 200, json: { success: true, token: textFields } })
    await readOwnProfile(server, refreshed.json.token.refresh_token)

    const wrong = await server.api('GetRefreshAndAccessToken', { email: bob.email, password: 'wrong' })
    expect(wrong).toMatchObject({ status: 400, json: { success: false, error: expect.any(String) } })
  })
})

test('the same with External ID', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { environment: externalIdOf(localAzure) })
  const checked = await server.api('CheckAccount', { email: bob.email })
  expect(checked).toMatchObject({ status: 200, json: { success: true, exist: true } })
  const idToken = await fetchIdToken(localAzure, bob, 'externalId')
  const signedIn = await server.api('GetRefreshAndAccessToken', { id_token: idToken })
  expect(signedIn).toMatchObject({ status: 200, json: { success: true, group: 'new', token: textFields } })
  // Bob of this tenant is another person than Bob of the B2C tenant, and has no row yet.
  await readOwnProfile(server, signedIn.json.token.refresh_token, 0)
})

test('External ID takes a password by native authentication, in three requests', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { environment: externalIdOf(localAzure) })
  await server.api('GetRefreshAndAccessToken', bob as unknown as Record<string, string>)
  localAzure.requests.clear()
  const signedIn = await server.api('GetRefreshAndAccessToken', bob as unknown as Record<string, string>)
  expect(signedIn).toMatchObject({ status: 200, json: { success: true, group: 'new', token: textFields } })
  const paths = localAzure.requests.list('entra').map(({ path }) => path.split('/').at(-1)?.split('?')[0])
  expect(paths.toReversed()).toEqual(['initiate', 'challenge', 'token', '$batch'])
  const wrong = await server.api('GetRefreshAndAccessToken', { email: bob.email, password: 'wrong' })
  const unknown = await server.api('GetRefreshAndAccessToken', {
    email: 'no@contoso.example',
    password: 'wrong',
  })
  expect([wrong.status, unknown.status]).toEqual([400, 400])
  expect(unknown.text).toBe(wrong.text)
})

test('a new address gets an account in the group new, with a row, once', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const [first, second] = await Promise.all([
    server.api('CheckAccount', { email: 'Nina+Tag@contoso.example' }),
    server.api('CheckAccount', { email: 'nina+tag@contoso.example' }),
  ])
  expect([first?.status, second?.status]).toEqual([200, 200])
  expect(first?.json.user.objectId).toBe(second?.json.user.objectId)
  const loaded = await server.latchkey.parts.accounts.load(first?.json.user.objectId)
  expect(loaded?.groups).toEqual(['new'])
  // The plus that nobody encoded arrives as a space.
  const again = await server.api('CheckAccount', { email: 'nina tag@contoso.example' })
  expect(again.json).toMatchObject({ exist: true, user: first?.json.user })
  const info = await server.api('GetUserInfo', { email: 'nina+tag@contoso.example' })
  expect(info.json.user).toMatchObject({ id: first?.json.user.objectId, email: 'nina+tag@contoso.example' })
})

test('guests get what guests may', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const guest = await server.api('GetResourceTokens')
  expect(guest).toMatchObject({
    status: 200,
    json: {
      group: 'guest',
      permissions: [{ id: 'Profile', permissionMode: 'Read', resourcePartitionKey: ['default'] }],
    },
  })
  expect(guest.json).not.toHaveProperty('refreshToken')
})
