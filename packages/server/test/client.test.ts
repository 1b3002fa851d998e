/**
 * The browser's side against the server, by bearer and by cookie.
 */

import { CosmosClient } from '@azure/cosmos'
import { test } from '@latchkey/local-azure/testing'
import { expect } from 'vitest'
import { createCosmosClients, createLatchkeyClient } from '../src/client/index.ts'
import { communicationTokens } from '../src/tokens/communication.ts'
import { fluidTokens } from '../src/tokens/fluid.ts'
import { createLocalServer } from './support/local-server.ts'
import { bob, signInAt } from './support/sign-in-page.ts'

const tokenServices = [communicationTokens(), fluidTokens({ mayOpen: () => 'write' as const })]

test('by bearer: who one is, every token, rows through one client for each permission', async ({
  localAzure,
}) => {
  const server = createLocalServer(localAzure, { ports: { tokenServices } })
  const { url } = { url: localAzure.endpoints.demo.url }
  const signedIn = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  const latchkey = createLatchkeyClient({
    baseUrl: url,
    accessToken: () => signedIn.json.accessToken,
    fetch: (input, init) => server.fetch(new Request(input as string, init)),
  })
  const me = await latchkey.me()
  expect(me).toMatchObject({ id: signedIn.json.subject, displayName: 'Bob Baker', role: 'new' })
  expect(await latchkey.communicationToken(['chat'])).toMatchObject({
    userId: expect.stringMatching(/^8:acs:/),
    expiresOn: expect.any(Date),
  })
  expect(await latchkey.fluidToken({ documentId: 'd-1' })).toMatchObject({
    user: { id: me?.id, name: 'Bob Baker' },
  })
  const tokens = await latchkey.cosmosTokens()
  const clients = createCosmosClients(CosmosClient, tokens)
  const row = await clients
    .container('Profile', me?.id)
    ?.item(me?.id ?? '', me?.id)
    .read()
  expect(row?.resource).toMatchObject({ displayName: 'Bob Baker' })
  expect(clients.container('Profile', 'somebody-else')).toBeUndefined()
  expect(clients.container('Nothing')).toBeUndefined()
})

test('by bearer: signing out ends the session, and its refresh token with it', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { json } = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  const latchkey = createLatchkeyClient({
    baseUrl: localAzure.endpoints.demo.url,
    accessToken: () => json.accessToken,
    fetch: (input, init) => server.fetch(new Request(input as string, init)),
  })
  await latchkey.signOut()
  const refreshed = await server.call('POST', '/v1/sessions/refresh', {
    body: { refreshToken: json.refreshToken },
  })
  expect(refreshed.status).toBe(401)
})

test('by cookie: signed out is nobody, and a refusal has its code', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { ports: { tokenServices } })
  let cookie = ''
  const latchkey = createLatchkeyClient({
    baseUrl: localAzure.endpoints.demo.url,
    fetch: (input, init) => {
      const request = new Request(input as string, init)
      if (cookie !== '') request.headers.set('cookie', cookie)
      return server.fetch(request)
    },
  })
  expect(await latchkey.me()).toBeUndefined()
  await expect(latchkey.fluidToken()).rejects.toMatchObject({ code: 'ERR_CLIENT_SIGNED_OUT', status: 401 })

  const path = latchkey.signInUrl('/room').slice(localAzure.endpoints.demo.url.length)
  const begin = await server.call('GET', path)
  const back = await signInAt(begin.headers.get('location') ?? '', bob)
  const waiting = begin.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const callback = await server.call('GET', back.pathname + back.search, { headers: { cookie: waiting } })
  cookie =
    callback.headers
      .getSetCookie()
      .find((line) => line.startsWith('latchkey='))
      ?.split(';')[0] ?? ''
  expect(await latchkey.me()).toMatchObject({ displayName: 'Bob Baker' })
  await expect(latchkey.communicationToken(['voip.join'])).rejects.toMatchObject({
    code: 'ERR_CLIENT_REFUSED',
    status: 403,
  })
  await latchkey.signOut()
  expect(await latchkey.me()).toBeUndefined()
})

test('somebody without a row gets one with the first change', async ({ localAzure }) => {
  const server = createLocalServer(localAzure)
  const { objectId } = (await server.api('CheckAccount', { email: 'rowless@contoso.example' })).json.user
  const { provider, sessions, stores } = server.latchkey.parts
  await stores.users.removeAllOf(objectId)
  const subject = (await provider.subjectOf(objectId)) ?? { issuer: '', subject: '' }
  const { accessToken } = await sessions.begin({ person: { id: objectId, subject, name: 'R' }, role: 'new' })
  const patched = await server.call('PATCH', '/v1/me', { bearer: accessToken, body: { city: 'Lyon' } })
  expect(patched).toMatchObject({
    status: 200,
    json: { profile: { id: objectId, partition: objectId, email: 'rowless@contoso.example', city: 'Lyon' } },
  })
})

test('the timer finishes what was interrupted', async ({ localAzure }) => {
  const server = createLocalServer(localAzure, { ports: { tokenServices } })
  const signedIn = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  // The entry is there, the user at the service is made, and the answer about it never arrives.
  localAzure.faults.add({ service: 'communication', match: 'POST /identities', kind: 'reset', times: 20 })
  const failed = await server.call('POST', '/v1/tokens/communication', { bearer: signedIn.json.accessToken })
  expect(failed.status).toBeGreaterThanOrEqual(500)
  localAzure.faults.clear()
  await server.latchkey.sweep()
  const answer = await server.call('POST', '/v1/tokens/communication', { bearer: signedIn.json.accessToken })
  expect(answer.status).toBe(200)
})
