import { ChatClient } from '@azure/communication-chat'
import { AzureCommunicationTokenCredential, createIdentifierFromRawId } from '@azure/communication-common'
import { CommunicationIdentityClient } from '@azure/communication-identity'
import { ClientSecretCredential } from '@azure/identity'
import { createRequestSigner } from '@latchkey/common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import { trustLocalAuthority } from './local-authority.ts'

let azure: LocalAzure
beforeAll(async () => {
  azure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  trustLocalAuthority(azure)
})
afterAll(() => azure.close())

interface PersonToken {
  readonly token: string
  readonly objectId: string
  readonly tenantId: string
  readonly clientId: string
}

/** Signs a person in to External ID without a page, and asks for one scope. */
async function signIn(scope: string, who = 0): Promise<PersonToken> {
  const { clientId, metadata } = azure.endpoints.entra.externalId
  const tenant = metadata.replace('/v2.0/.well-known/openid-configuration', '/oauth2/v2.0')
  const user = azure.endpoints.users[who]!
  const post = async (step: string, form: Record<string, string>): Promise<Record<string, string>> => {
    const body = new URLSearchParams({ client_id: clientId, ...form })
    return (await (await fetch(`${tenant}/${step}`, { method: 'POST', body })).json()) as Record<
      string,
      string
    >
  }
  const started = await post('initiate', { username: user.email, challenge_type: 'password redirect' })
  const carried = (from: Record<string, string>): Record<string, string> => ({
    continuation_token: from['continuation_token'] ?? '',
  })
  const challenged = await post('challenge', { ...carried(started), challenge_type: 'password redirect' })
  const grant = { ...carried(challenged), grant_type: 'password', password: user.password, scope }
  const token = (await post('token', grant))['access_token'] ?? ''
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return { token, objectId: claims.oid, tenantId: claims.tid, clientId }
}

/** A person as Azure's credential asks for one. */
function credentialOf(who: number): {
  getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number }>
} {
  return {
    getToken: async (scopes) => {
      const { token } = await signIn([scopes].flat().join(' '), who)
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 }
    },
  }
}

async function callAsOwner(method: string, path: string, body?: object): Promise<Response> {
  const { accessKey, endpoint } = azure.endpoints.communication
  const headers = { 'content-type': 'application/json' }
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
  return await fetch(await createRequestSigner(accessKey)(new Request(`${endpoint}${path}`, init)))
}

function readClaims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

describe('an application of Entra', () => {
  test('does every identity operation, through the real clients', async () => {
    const { clientId, clientSecret } = azure.endpoints.graph
    const { tenantId } = azure.endpoints.entra.b2c
    const authorityHost = new URL(azure.endpoints.entra.b2c.authority).origin
    const options = { authorityHost, disableInstanceDiscovery: true }
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, options)
    const client = new CommunicationIdentityClient(azure.endpoints.communication.httpsEndpoint, credential)
    const user = await client.createUser()
    const { token } = await client.getToken(user, ['chat'])
    expect(readClaims(token)['acsScope']).toBe('chat')
    const both = await client.createUserAndToken(['voip'], { tokenExpiresInMinutes: 60 })
    await client.revokeTokens(user)
    await client.deleteUser(user)
    await client.deleteUser(both.user)
    await expect(client.getToken(user, ['chat'])).rejects.toMatchObject({ code: 'IdentityNotOwned' })
  })

  test('is refused when it is a person', async () => {
    const { token } = await signIn('https://communication.azure.com/user_impersonation')
    const { endpoint } = azure.endpoints.communication
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${endpoint}/identities?api-version=2023-10-01`, { method: 'POST', headers })
    expect(response.status).toBe(401)
  })

  test('is refused with a token for something else', async () => {
    const { endpoint } = azure.endpoints.communication
    const { clientId, clientSecret, tokenEndpoint } = azure.endpoints.graph
    const scope = 'https://graph.microsoft.com/.default'
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }
    const answer = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${endpoint}/identities?api-version=2023-10-01`, { method: 'POST', headers })
    expect(await response.json()).toEqual({
      error: { code: 'Denied', message: 'Denied by the resource provider.' },
    })
  })
})

describe('a person of Entra', () => {
  test('exchanges a token for one of the resource and chats with it', async () => {
    const { httpsEndpoint } = azure.endpoints.communication
    const options = {
      resourceEndpoint: httpsEndpoint,
      scopes: ['https://communication.azure.com/clients/Chat'],
    }
    const credential = new AzureCommunicationTokenCredential({ ...options, tokenCredential: credentialOf(0) })
    const { expiresOnTimestamp, token } = await credential.getToken()
    expect(readClaims(token)).toMatchObject({ acsScope: 'chat', skypeid: expect.stringMatching(/^acs:/) })
    expect(expiresOnTimestamp).toBeLessThanOrEqual(Date.now() + 3_600_000)
    const { chatThread } = await new ChatClient(httpsEndpoint, credential).createChatThread({
      topic: 'Entra',
    })
    expect(chatThread?.createdBy).toMatchObject({ kind: 'communicationUser' })
    const again = new AzureCommunicationTokenCredential({ ...options, tokenCredential: credentialOf(0) })
    const other = new AzureCommunicationTokenCredential({ ...options, tokenCredential: credentialOf(1) })
    const ids = [credential, again, other].map(
      async (one) => readClaims((await one.getToken()).token)['skypeid'],
    )
    const [first, second, third] = await Promise.all(ids)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  test('exchanges a Teams token, for the right application and person only', async () => {
    const client = new CommunicationIdentityClient(azure.endpoints.communication.connectionString)
    const person = await signIn('https://auth.msft.communication.azure.com/Teams.ManageCalls')
    const exchange = {
      teamsUserAadToken: person.token,
      clientId: person.clientId,
      userObjectId: person.objectId,
    }
    const { expiresOn, token } = await client.getTokenForTeamsUser(exchange)
    expect(readClaims(token)).toMatchObject({
      skypeid: `8:orgid:${person.objectId}`.slice(2),
      acsScope: 'voip',
    })
    expect(expiresOn.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000)
    const refused = {
      statusCode: 401,
      code: 'InvalidAccessToken',
      message: 'Provided access token is not valid.',
    }
    const guid = '11111111-1111-1111-1111-111111111111'
    for (const wrong of [
      { clientId: guid },
      { userObjectId: guid },
      { teamsUserAadToken: `${person.token}x` },
    ]) {
      await expect(client.getTokenForTeamsUser({ ...exchange, ...wrong })).rejects.toMatchObject(refused)
    }
    const elsewhere = await signIn('https://communication.azure.com/clients/Chat')
    const foreign = { ...exchange, teamsUserAadToken: elsewhere.token }
    await expect(client.getTokenForTeamsUser(foreign)).rejects.toMatchObject(refused)
    azure.clock.advanceSeconds(3_601)
    await expect(client.getTokenForTeamsUser(exchange)).rejects.toMatchObject(refused)
  })

  test('works through the Teams extension once assigned', async () => {
    const options = {
      resourceEndpoint: azure.endpoints.communication.httpsEndpoint,
      scopes: ['https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls'],
    }
    const exchange = async (): Promise<string> => {
      const credential = new AzureCommunicationTokenCredential({
        ...options,
        tokenCredential: credentialOf(1),
      })
      return (await credential.getToken()).token
    }
    await expect(exchange()).rejects.toThrow('403')
    const { objectId, tenantId } = await signIn('openid', 1)
    const path = `/access/teamsExtension/tenants/${tenantId}/assignments/${objectId}?api-version=2025-06-30`
    expect((await callAsOwner('PUT', path, { principalType: 'user' })).status).toBe(201)
    expect((await callAsOwner('PUT', path, { principalType: 'user', clientIds: [] })).status).toBe(200)
    const { skypeid } = readClaims(await exchange())
    expect(createIdentifierFromRawId(`8:${String(skypeid)}`)).toMatchObject({
      kind: 'teamsExtensionUser',
      userId: objectId,
      tenantId,
    })
    expect((await callAsOwner('DELETE', path)).status).toBe(204)
    expect((await callAsOwner('GET', path)).status).toBe(404)
    await expect(exchange()).rejects.toThrow('403')
    // Ids of Entra are the same in either case.
    const { clientId } = azure.endpoints.entra.externalId
    const loud = path.replace(tenantId, tenantId.toUpperCase()).replace(objectId, objectId.toUpperCase())
    const put = { principalType: 'user', clientIds: [clientId.toUpperCase()] }
    const stored = { principalType: 'user', clientIds: [clientId], objectId, tenantId }
    expect(await (await callAsOwner('PUT', loud, put)).json()).toEqual(stored)
    expect(await (await callAsOwner('GET', path)).json()).toEqual(stored)
    expect(readClaims(await exchange())).toMatchObject({ skypeid })
    await callAsOwner('PUT', path, { ...put, clientIds: [objectId] })
    await expect(exchange()).rejects.toThrow('403')
    await callAsOwner('DELETE', loud)
    expect((await callAsOwner('GET', path)).status).toBe(404)
  })
})
