/**
 * The client flow the original documents, from the first call to a row read by the real @azure/cosmos.
 */

import { CosmosClient } from '@azure/cosmos'
import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { createLocalServer, externalIdOf, type LocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials, fetchIdToken } from './support/sign-in-page.ts'

const textFields = {
  access_token: expect.stringMatching(/^eyJ/),
  refresh_token: expect.any(String),
  expires_on: expect.stringMatching(/^\d+$/),
  expires_in: expect.stringMatching(/^\d+$/),
}

/** Writes and reads a row in the person's own partition with the real SDK, and fails to read another's. */
async function useOwnProfile(server: LocalServer, refreshToken: string): Promise<string> {
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
  const row = { id: `note-${refreshToken.length}-${Date.now()}`, partition, text: 'Written by its owner' }
  await container.items.create(row)
  const { resources } = await container.items
    .query<{ id: string; partition: string }>('SELECT * FROM c', { partitionKey: partition })
    .fetchAll()
  expect(resources).toContainEqual(expect.objectContaining(row))
  expect(new Set(resources.map((one) => one.partition))).toEqual(new Set([partition]))
  await expect(
    container.items.query('SELECT * FROM c', { partitionKey: 'default' }).fetchAll(),
  ).rejects.toMatchObject({
    code: 403,
  })
  expect(tokens.json.refreshToken).not.toBe(refreshToken)
  return tokens.json.refreshToken
}

/** The person sets a password at the provider's own page, where only they can. */
async function setPassword(localAzure: LocalAzure, provider: Provider, who: Credentials): Promise<void> {
  const { metadata } = localAzure.endpoints.entra.b2c
  const elsewhere = provider === 'b2c' && {
    metadata: metadata.replace(/B2C_1_signupsignin/i, 'B2C_1_passwordreset'),
  }
  await fetchIdToken(localAzure, who, provider, { ...elsewhere, page: { action: 'reset', ...who } })
}

type Provider = 'b2c' | 'externalId'

describe.for([
  ['B2C', 'own', 'b2c'],
  ['B2C', 'upstream', 'b2c'],
  ['External ID', 'own', 'externalId'],
  ['External ID', 'upstream', 'externalId'],
] as const)('%s with LATCHKEY_API_TOKENS=%s', ([, tokens, provider]) => {
  const serverOf = (localAzure: LocalAzure): LocalServer => {
    const settings = provider === 'b2c' ? {} : externalIdOf(localAzure)
    return createLocalServer(localAzure, { environment: { ...settings, LATCHKEY_API_TOKENS: tokens } })
  }

  /** Every function after the sign-in. */
  const useEverything = async (server: LocalServer, email: string, objectId: string, first: string) => {
    const info = await server.api('GetUserInfo', { email })
    expect(info).toMatchObject({ status: 200, json: { success: true, user: { id: objectId, email } } })
    const own = await server.api('GetUserInfo', { refresh_token: first })
    expect(own.json).toEqual(info.json)

    const refreshed = await server.api('RefreshToken', { refresh_token: first })
    expect(refreshed).toMatchObject({ status: 200, json: { success: true, token: textFields } })
    expect(refreshed.json.token.refresh_token).not.toBe(first)
    const next = await useOwnProfile(server, refreshed.json.token.refresh_token)
    expect((await server.api('RefreshToken', { refresh_token: next })).status).toBe(200)
  }

  test('CheckAccount, code + PKCE at the page, and every function after it', async ({ localAzure }) => {
    const server = serverOf(localAzure)
    const who = {
      email: `nora-${provider}-${tokens}@contoso.example`.toLowerCase(),
      password: 'Front-Door-4299',
    }
    const checked = await server.api('CheckAccount', { email: who.email })
    expect(checked).toMatchObject({ status: 200, json: { success: true, exist: false } })
    const { objectId } = checked.json.user
    await setPassword(localAzure, provider, who)

    const idToken = await fetchIdToken(localAzure, who, provider)
    const signedIn = await server.api('GetRefreshAndAccessToken', { id_token: idToken })
    expect(signedIn).toMatchObject({ status: 200, json: { success: true, group: 'new', token: textFields } })
    // An id token always starts a session of ours.
    expect(signedIn.json.token.refresh_token).toMatch(/^rt1\./)
    await useEverything(server, who.email, objectId, signedIn.json.token.refresh_token)
    expect((await server.api('CheckAccount', { email: who.email })).json).toMatchObject({
      exist: true,
      user: { objectId },
    })
  })

  test('e-mail and password, and every function after it', async ({ localAzure }) => {
    const server = serverOf(localAzure)
    const who = {
      email: `paul-${provider}-${tokens}@contoso.example`.toLowerCase(),
      password: 'Front-Door-4298',
    }
    const { objectId } = (await server.api('CheckAccount', { email: who.email })).json.user
    await setPassword(localAzure, provider, who)
    const signedIn = await server.api('GetRefreshAndAccessToken', who)
    expect(signedIn).toMatchObject({ status: 200, json: { success: true, group: 'new', token: textFields } })
    const refreshToken: string = signedIn.json.token.refresh_token
    expect(refreshToken.startsWith('rt1.')).toBe(tokens === 'own')
    await useEverything(server, who.email, objectId, refreshToken)

    const wrong = await server.api('GetRefreshAndAccessToken', { ...who, password: 'wrong' })
    expect(wrong).toMatchObject({ status: 400, json: { success: false, error: expect.any(String) } })
    const madeUp = await server.api('RefreshToken', { refresh_token: 'made-up' })
    expect(madeUp).toMatchObject({ status: 400, json: { success: false, error: expect.any(String) } })
  })

  test('the admin functions take the tokens of either kind', async ({ localAzure }) => {
    const server = serverOf(localAzure)
    const { access_token: auth_token } = (await server.api('GetRefreshAndAccessToken', { ...alice })).json
      .token
    const email = `role-${provider}-${tokens}@contoso.example`.toLowerCase()
    const { objectId } = (await server.api('CheckAccount', { email })).json.user
    const update = await server.api('UpdateRole', { auth_token, email, role: 'editor' }, 'POST')
    expect(update).toMatchObject({ status: 200, json: { success: true } })
    expect((await server.latchkey.parts.accounts.load(objectId))?.groups).toEqual(['editor'])
  })
})

test('a person of the seed, with the row and the profile that are there', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const checked = await server.api('CheckAccount', { email: bob.email })
  expect(checked).toMatchObject({ status: 200, json: { success: true, exist: true } })
  const { refresh_token } = (await server.api('GetRefreshAndAccessToken', { ...bob })).json.token
  const info = await server.api('GetUserInfo', { refresh_token })
  expect(info.json.user).toMatchObject({ id: checked.json.user.objectId, email: bob.email, firstName: 'Bob' })
  await useOwnProfile(server, refresh_token)
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
