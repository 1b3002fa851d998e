/**
 * An issuer without a directory: accounts are made at the first sign-in and kept in Cosmos.
 */

import type { LocalAzure } from '@latchkey/local-azure'
import { test } from '@latchkey/local-azure/testing'
import { describe, expect } from 'vitest'
import { readDirectoryIdentity, readSubjectIdentity } from '../src/identity-providers/claims.ts'
import type { VerifiedIdentity } from '../src/identity-providers/identity-provider.ts'
import { createLocalServer, type LocalServer } from './support/local-server.ts'
import { alice, bob, type Credentials, fetchIdToken, signInAt } from './support/sign-in-page.ts'

function createServer(localAzure: LocalAzure): LocalServer {
  const { externalId } = localAzure.endpoints.entra
  return createLocalServer(localAzure, {
    environment: {
      LATCHKEY_PROVIDER: 'openid-connect',
      LATCHKEY_METADATA_URL: externalId.metadata,
      LATCHKEY_ROPC_METADATA_URL: '',
      LATCHKEY_CLIENT_ID: externalId.clientId,
      LATCHKEY_CLIENT_SECRET: externalId.clientSecret,
      LATCHKEY_POLICIES: '',
      LATCHKEY_GRAPH_ENDPOINT: '',
    },
  })
}

async function signIn(server: LocalServer, localAzure: LocalAzure, who: Credentials) {
  const idToken = await fetchIdToken(localAzure, who, 'externalId')
  const answer = await server.call('POST', '/v1/sessions', { body: { grant: 'id_token', idToken } })
  expect(answer.status).toBe(201)
  return answer.json as { accessToken: string; refreshToken: string; subject: string; role: string }
}

test('the first sign-in makes the account, in the role new, once', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const [one, two] = await Promise.all([signIn(server, localAzure, bob), signIn(server, localAzure, bob)])
  expect([one?.role, two?.role]).toEqual(['new', 'new'])
  expect(one?.subject).toBe(two?.subject)
  // No object id of a directory: a hash of issuer and subject.
  expect(one?.subject).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const tokens = await server.call('POST', '/v1/tokens/cosmos', { bearer: one?.accessToken ?? '' })
  expect(tokens.json.permissions).toContainEqual(
    expect.objectContaining({ container: 'Profile', partitionKey: [one?.subject] }),
  )
})

test('through the sign-in page, with a cookie', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const begin = await server.call('GET', '/auth/sign-in')
  const back = await signInAt(begin.headers.get('location') ?? '', bob)
  const [waiting = ''] = begin.headers.getSetCookie()
  const callback = await server.call('GET', back.pathname + back.search, {
    headers: { cookie: waiting.split(';')[0] ?? '' },
  })
  const session = callback.headers.getSetCookie().find((line) => line.startsWith('latchkey='))
  const me = await server.call('GET', '/v1/me', {
    headers: { cookie: session?.split(';')[0] ?? '', 'x-latchkey': '1' },
  })
  expect(me).toMatchObject({ status: 200, json: { role: 'new' } })
})

test('roles, disabling and deletion, by an admin', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const { accounts } = server.latchkey.parts
  const { subject: adminId } = await signIn(server, localAzure, alice)
  // The first admin is made by hand, as in a directory.
  await accounts.addToGroup(adminId, 'admin')
  const admin = await signIn(server, localAzure, alice)
  expect(admin.role).toBe('admin')
  const person = await signIn(server, localAzure, bob)
  const path = `/v1/users/${person.subject}`
  const bearer = admin.accessToken
  const put = await server.call('PUT', `${path}/role`, {
    bearer,
    body: { role: 'editor' },
    headers: { 'if-match': '*' },
  })
  expect(put).toMatchObject({ status: 200, json: { role: 'editor', email: null } })
  const list = await server.call('GET', '/v1/users?pageSize=1', { bearer })
  expect(list.json.value).toHaveLength(1)
  const next = new URL(list.json.nextLink)
  const rest = await server.call('GET', next.pathname + next.search, { bearer })
  expect(rest.json.value[0].id).not.toBe(list.json.value[0].id)
  const madeUp = await server.call('GET', '/v1/users?next=AAAA', { bearer })
  expect(madeUp).toMatchObject({ status: 400, json: { code: 'invalid_request' } })

  expect((await server.call('PATCH', path, { bearer, body: { enabled: false } })).json.enabled).toBe(false)
  const idToken = await fetchIdToken(localAzure, bob, 'externalId')
  const refused = await server.call('POST', '/v1/sessions', { body: { grant: 'id_token', idToken } })
  expect(refused).toMatchObject({ status: 401, json: { code: 'invalid_grant' } })
  const self = await server.call('PATCH', `/v1/users/${adminId}`, { bearer, body: { enabled: false } })
  expect(self).toMatchObject({ status: 409, json: { code: 'last_admin' } })
  expect((await server.call('PATCH', path, { bearer, body: { enabled: true } })).status).toBe(200)
  expect((await server.call('DELETE', path, { bearer })).status).toBe(204)
  expect((await server.call('GET', path, { bearer })).status).toBe(404)
})

describe('an address counts where its issuer says that it is verified', () => {
  const email = 'Carol@corp.example'
  const issuer = 'https://issuer.example'
  const oid = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
  const ofSubject = (claims: object) => readSubjectIdentity({ sub: 's', ...claims }, issuer).email
  const ofDirectory = (claims: object) => readDirectoryIdentity({ oid, ...claims }, issuer).email

  test('an address that its issuer has not verified counts as none', () => {
    for (const verified of [false, 'false', 0, null, 'no'])
      for (const read of [ofSubject, ofDirectory])
        expect(read({ email, emails: [email], email_verified: verified })).toBeUndefined()
  })

  test('where the issuer says nothing of it, only the address of a directory of our own counts', () => {
    expect(ofSubject({ email })).toBeUndefined()
    expect(ofSubject({ emails: [email] })).toBeUndefined()
    expect(ofDirectory({ email })).toBe('carol@corp.example')
    for (const verified of [true, 'true'])
      expect(ofSubject({ email, email_verified: verified })).toBe('carol@corp.example')
  })
})

test('somebody who only says that an address is theirs is not promoted by it', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const { accounts } = server.latchkey.parts
  const { subject: adminId } = await signIn(server, localAzure, alice)
  await accounts.addToGroup(adminId, 'admin')
  const { accessToken } = await signIn(server, localAzure, alice)
  // Local External ID sends addresses and no email_verified.
  const { subject } = await signIn(server, localAzure, bob)
  const promotion = await server.call('POST', '/api/UpdateRole', {
    body: { auth_token: accessToken, email: bob.email, role: 'admin' },
    headers: { 'x-functions-key': localAzure.endpoints.api.functionKey },
  })
  expect(promotion.status).toBe(400)
  expect((await accounts.load(subject))?.groups).toEqual(['new'])
})

test('an address that stands for two people promotes neither', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const { accounts, stores } = server.latchkey.parts
  const { subject: adminId } = await signIn(server, localAzure, alice)
  await accounts.addToGroup(adminId, 'admin')
  const admin = await signIn(server, localAzure, alice)
  const email = 'carol@corp.example'
  const people = ['one', 'two'].map((sub) =>
    readSubjectIdentity({ sub, email, email_verified: true, name: sub }, 'https://issuer.example'),
  )
  const promote = () =>
    server.call('POST', '/api/UpdateRole', {
      body: { auth_token: admin.accessToken, email, role: 'admin' },
      headers: { 'x-functions-key': localAzure.endpoints.api.functionKey },
    })
  const [one, two] = people as [VerifiedIdentity, VerifiedIdentity]
  for (const person of people) {
    await accounts.provision?.(person)
    await stores.users.createIfAbsent({ id: person.id, partition: person.id, email })
  }
  expect((await promote()).status).toBe(400)
  expect((await server.api('GetUserInfo', { email })).status).toBe(400)
  for (const { id } of people) expect((await accounts.load(id))?.groups).toEqual(['new'])
  // Alone, the address stands for somebody again.
  await accounts.remove(one.id)
  expect((await promote()).status).toBe(200)
  expect((await accounts.load(two.id))?.groups).toEqual(['admin'])
})

test('an account that was disabled stays disabled after its deletion; any other may come back', async ({
  localAzure,
}) => {
  const server = createServer(localAzure)
  const { accounts } = server.latchkey.parts
  const { subject: adminId } = await signIn(server, localAzure, alice)
  await accounts.addToGroup(adminId, 'admin')
  const bearer = (await signIn(server, localAzure, alice)).accessToken
  const again = async () => {
    const idToken = await fetchIdToken(localAzure, bob, 'externalId')
    return (await server.call('POST', '/v1/sessions', { body: { grant: 'id_token', idToken } })).status
  }
  const first = await signIn(server, localAzure, bob)
  expect((await server.call('DELETE', '/v1/me', { bearer: first.accessToken })).status).toBe(204)
  const person = await signIn(server, localAzure, bob)
  const path = `/v1/users/${person.subject}`
  await server.call('PATCH', path, { bearer, body: { enabled: false } })
  // The access token has minutes left, and nothing to delete an account with.
  expect((await server.call('DELETE', '/v1/me', { bearer: person.accessToken })).status).toBe(401)
  expect((await accounts.load(person.subject))?.account.enabled).toBe(false)
  expect((await server.call('DELETE', path, { bearer })).status).toBe(204)
  expect((await server.call('GET', path, { bearer })).status).toBe(404)
  expect(await again()).toBe(401)
  expect(await accounts.load(person.subject)).toBeUndefined()
  const { accounts: listed } = await accounts.list({ pageSize: 100 })
  expect(listed.map(({ id }) => id)).not.toContain(person.subject)
})

test('no password is taken, and CheckAccount makes nothing', async ({ localAzure }) => {
  const server = createServer(localAzure)
  const password = await server.call('POST', '/v1/sessions', { body: { grant: 'password', ...bob } })
  expect(password.status).toBe(400)
  expect((await server.api('CheckAccount', { email: 'stranger@contoso.example' })).status).toBe(400)
})
