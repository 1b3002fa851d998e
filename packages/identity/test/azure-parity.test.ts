/**
 * One suite, two clients: the real `@azure/communication-identity` and ours, signed, with Entra and with a managed
 * identity, against one service.
 *
 * What differs on purpose is at the end, and in the README's table.
 */

import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import {
  CommunicationIdentityClient as AzureClient,
  type CommunicationIdentityClientOptions as AzureOptions,
} from '@azure/communication-identity'
import { ManagedIdentityCredential } from '@azure/identity'
import type { CommunicationUserIdentifier } from '@latchkey/common'
import type { LocalAzure } from '@latchkey/local-azure'
import { startLocalAzure } from '@latchkey/local-azure'
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import {
  CommunicationIdentityClient,
  type CommunicationIdentityClientOptions,
  type OperationOptions,
  type TokenCredential,
  type TokenScope,
} from '../src/index.ts'
import { liveUsers } from './service-state.ts'
import { signInToTeams } from './teams-user.ts'

type Client = Pick<
  AzureClient,
  'createUser' | 'createUserAndToken' | 'deleteUser' | 'getToken' | 'getTokenForTeamsUser' | 'revokeTokens'
>

let localAzure: LocalAzure
let clients: Readonly<Record<string, Client>>

beforeAll(async () => {
  localAzure = await startLocalAzure({ portBase: 0, data: false, throttling: false })
  const { certificateAuthority, communication } = localAzure.endpoints
  setDefaultCACertificates([...getCACertificates('default'), certificateAuthority])
  const { connectionString, accessKey, httpsEndpoint } = communication
  const quick = { retryOptions: { retryDelayInMs: 1, maxRetryDelayInMs: 2 } }
  const credential = entraCredential()
  // The credential itself, asking as it does on App Service and in Functions.
  const { endpoint, header } = localAzure.endpoints.entra.managedIdentity
  vi.stubEnv('IDENTITY_ENDPOINT', endpoint)
  vi.stubEnv('IDENTITY_HEADER', header)
  const managed = new ManagedIdentityCredential()
  clients = {
    'Azure, connection string': new AzureClient(connectionString, quick),
    'ours, connection string': new CommunicationIdentityClient(connectionString, quick),
    'Azure, key': new AzureClient(httpsEndpoint, { key: accessKey }, quick),
    'ours, key': new CommunicationIdentityClient(httpsEndpoint, { key: accessKey }, quick),
    'Azure, Entra': new AzureClient(httpsEndpoint, credential, quick),
    'ours, Entra': new CommunicationIdentityClient(httpsEndpoint, credential, quick),
    'Azure, managed identity': new AzureClient(httpsEndpoint, managed, quick),
    'ours, managed identity': new CommunicationIdentityClient(httpsEndpoint, managed, quick),
  }
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await localAzure.close()
})
beforeEach(async () => {
  localAzure.faults.clear()
  await localAzure.reset()
})

/** An application of the local tenant with a secret. */
function entraCredential(): TokenCredential & {
  getToken(): Promise<{ token: string; expiresOnTimestamp: number }>
} {
  return {
    getToken: async () => {
      const { clientId, clientSecret, tokenEndpoint } = localAzure.endpoints.graph
      const response = await fetch(tokenEndpoint, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          scope: 'https://communication.azure.com//.default',
        }),
      })
      const body = (await response.json()) as { access_token?: string; expires_in?: number }
      if (!body.access_token) throw new Error(`Entra answered ${JSON.stringify(body)}`)
      return { token: body.access_token, expiresOnTimestamp: Date.now() + (body.expires_in ?? 0) * 1000 }
    },
  }
}

/** Both errors in one form: Azure's code is ours' `serviceCode`. */
function failureOf(error: unknown): object {
  const { code, details, message, serviceCode, statusCode, target } = error as Record<string, unknown>
  // Azure's keeps the envelope.
  const envelope = (details as { error?: { target?: string } } | undefined)?.error
  return { statusCode, code: serviceCode ?? code, message, target: target ?? envelope?.target }
}

/** Runs `call` with every client, and expects one outcome of all. */
async function same(call: (client: Client) => Promise<unknown>): Promise<unknown> {
  const outcomes: Record<string, unknown> = {}
  for (const [name, client] of Object.entries(clients)) {
    outcomes[name] = await call(client).then(
      (value) => ({ value }),
      (error: unknown) => ({ failure: failureOf(error) }),
    )
  }
  const [first] = Object.values(outcomes)
  expect(outcomes).toEqual(Object.fromEntries(Object.keys(clients).map((name) => [name, first])))
  return first
}

const nobody = {
  communicationUserId: '8:acs:00000000-0000-0000-0000-000000000000_11111111-1111-1111-1111-111111111111',
}

describe('both clients', () => {
  test('make a user, issue a token for it, revoke it, delete it', async () => {
    const minutes = [60, 90, 1440, undefined]
    await same(async (client) => {
      const user = await client.createUser()
      const lives: (number | undefined)[] = []
      for (const tokenExpiresInMinutes of minutes) {
        const issued = await client.getToken(
          user,
          ['chat', 'voip'],
          tokenExpiresInMinutes ? { tokenExpiresInMinutes } : {},
        )
        expect(Object.keys(issued).sort()).toEqual(['expiresOn', 'token'])
        lives.push(Math.round((issued.expiresOn.getTime() - Date.now()) / 60_000))
      }
      await client.revokeTokens(user)
      await client.deleteUser(user)
      return {
        form: user.communicationUserId.replace(/[0-9a-f-]{36}/g, 'guid'),
        keys: Object.keys(user),
        lives,
      }
    })
    expect(liveUsers(localAzure)).toEqual([])
  })

  test('make a user with a token in one call', async () => {
    await same(async (client) => {
      const made = await client.createUserAndToken(['chat'], { tokenExpiresInMinutes: 60 })
      return {
        keys: Object.keys(made).sort(),
        user: Object.keys(made.user),
        isDate: made.expiresOn instanceof Date,
      }
    })
    expect(liveUsers(localAzure)).toHaveLength(Object.keys(clients).length)
  })

  const wrong: [string, (client: Client) => Promise<unknown>][] = [
    ['a token for nobody', (client) => client.getToken(nobody, ['chat'])],
    ['revoking nobody', (client) => client.revokeTokens(nobody)],
    ['deleting nobody', (client) => client.deleteUser(nobody)],
    ['an id with a slash', (client) => client.deleteUser({ communicationUserId: 'a/b?c#d%41 é' })],
    ['59 minutes', async (client) => client.createUserAndToken(['chat'], { tokenExpiresInMinutes: 59 })],
    ['1441 minutes', async (client) => client.createUserAndToken(['chat'], { tokenExpiresInMinutes: 1441 })],
    ['no scopes', (client) => client.getToken(nobody, [])],
    ['an unknown scope', (client) => client.getToken(nobody, ['chat', 'root' as 'chat'])],
    ['an unknown scope of a new user', (client) => client.createUserAndToken(['root' as 'chat'])],
    [
      'a Teams token that is none',
      (client) => {
        const ids = {
          clientId: '11111111-1111-1111-1111-111111111111',
          userObjectId: '22222222-2222-2222-2222-222222222222',
        }
        return client.getTokenForTeamsUser({ teamsUserAadToken: 'nonsense', ...ids })
      },
    ],
  ]
  test.for(wrong)('are refused alike: %s', async ([, call]) => {
    expect(await same(call)).toMatchObject({
      failure: { statusCode: expect.any(Number), code: expect.any(String) },
    })
  })

  test('exchange the token of a Teams user, for the right application and person only', async () => {
    const person = await signInToTeams(localAzure)
    const exchanged = await same(async (client) => {
      const { expiresOn, token, ...more } = await client.getTokenForTeamsUser(person)
      const { acsScope, skypeid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
      const lives = Math.round((expiresOn.getTime() - Date.now()) / 600_000)
      return { acsScope, skypeid, lives, more }
    })
    const skypeid = `orgid:${person.userObjectId}`
    expect(exchanged).toEqual({ value: { acsScope: 'voip', skypeid, lives: 6, more: {} } })
    const guid = '11111111-1111-1111-1111-111111111111'
    for (const wrong of [
      { clientId: guid },
      { userObjectId: guid },
      { clientId: 'x' },
      { userObjectId: 'x' },
    ])
      expect(await same((client) => client.getTokenForTeamsUser({ ...person, ...wrong }))).toMatchObject({
        failure: { statusCode: expect.any(Number) },
      })
  })

  test('tell the last answer to onResponse, of a success and of a refusal', async () => {
    await same(async (client) => {
      const seen: unknown[] = []
      const options: Parameters<AzureClient['createUser']>[0] = {
        onResponse: ({ bodyAsText, headers, request, status }, flat, error) => {
          const isId = headers.get('x-ms-client-request-id') === request.requestId
          const { method, url } = request
          const { pathname, search } = new URL(url)
          const isFlat = typeof flat === 'object'
          const isText = typeof bodyAsText === 'string'
          seen.push({
            status,
            method,
            pathname,
            search,
            isId,
            isFlat,
            isText,
            isError: error instanceof Error,
          })
        },
      }
      await client.createUser(options)
      await client.deleteUser(nobody, options).catch(() => undefined)
      expect(seen).toMatchObject([
        { status: 201, isId: true },
        { status: 401, isError: true },
      ])
      return seen
    })
  })

  test('are refused alike with a wrong key', async () => {
    const { httpsEndpoint } = localAzure.endpoints.communication
    const key = Buffer.from('another key').toString('base64')
    const failures = await Promise.all(
      [new AzureClient(httpsEndpoint, { key }), new CommunicationIdentityClient(httpsEndpoint, { key })].map(
        (client) => client.createUser().catch(failureOf),
      ),
    )
    expect(failures[1]).toEqual(failures[0])
    expect(failures[0]).toMatchObject({ statusCode: 401, code: 'Denied' })
  })

  test.for(['reset', '503', '429', 'drop-response'] as const)('get through %s with a token', async (kind) => {
    await same(async (client) => {
      const user = await client.createUser()
      localAzure.faults.add({
        service: 'communication',
        kind,
        match: 'issueAccessToken',
        times: 2,
        retryAfterSeconds: 0,
      })
      return Object.keys(await client.getToken(user, ['chat'])).sort()
    })
  })

  test('end with the same error when the service stays away', async () => {
    localAzure.faults.add({ service: 'communication', kind: '503', times: 1000, retryAfterSeconds: 0 })
    expect(await same((client) => client.revokeTokens(nobody))).toMatchObject({
      failure: { statusCode: 503 },
    })
  })

  test('end when their caller says so', async () => {
    await same(async (client) => {
      const failure = client.createUser({ abortSignal: AbortSignal.abort() })
      return failure.catch((error: unknown) => (error instanceof Error ? error.name : error))
    })
  })
})

describe('both clients, called as plain JavaScript can', () => {
  type Given = Parameters<AzureClient['createUser']>[0]
  const create = (options: unknown) => async (client: Client) =>
    client.createUser(options as Given).then(Object.keys, ({ name }: Error) => name)
  const calls: [string, (client: Client, user: CommunicationUserIdentifier) => Promise<unknown>][] = [
    ['no options', create(null)],
    ['no request options', create({ requestOptions: null })],
    ['no signal', create({ abortSignal: null })],
    ['no headers', create({ requestOptions: { customHeaders: null } })],
    ['a timeout of 0', create({ requestOptions: { timeout: 0 } })],
    ['a signal with a reason', create({ abortSignal: AbortSignal.abort(new Error('mine')) })],
    [
      'no minutes',
      async (client, user) =>
        Object.keys(await client.getToken(user, ['chat'], { tokenExpiresInMinutes: null as never })),
    ],
    ['the id .', (client) => client.deleteUser({ communicationUserId: '.' })],
    ['the id ..', (client) => client.deleteUser({ communicationUserId: '..' })],
  ]
  test.for(calls)('take %s alike', async ([, call]) => {
    await same(async (client) => call(client, await client.createUser()))
  })

  test('show the tokens of a credential that has a key too', async () => {
    const { httpsEndpoint } = localAzure.endpoints.communication
    const both = { ...entraCredential(), key: 'no base64' }
    const made = [new AzureClient(httpsEndpoint, both), new CommunicationIdentityClient(httpsEndpoint, both)]
    for (const client of made)
      expect(await client.createUser()).toEqual({ communicationUserId: expect.any(String) })
  })
})

describe('the named differences', () => {
  test('a delete whose answer was lost is refused by Azure, done by ours', async () => {
    const outcomes: unknown[] = []
    for (const name of ['Azure, key', 'ours, key']) {
      const client = clients[name]
      const user = await client?.createUser()
      localAzure.faults.add({ service: 'communication', kind: 'drop-response', match: 'DELETE', times: 1 })
      outcomes.push(await client?.deleteUser(user ?? nobody).catch(({ code }: { code?: string }) => code))
    }
    expect(outcomes).toEqual(['IdentityNotOwned', undefined])
  })

  test.for(['additionalPolicies', 'httpClient', 'proxyOptions'])('%s is refused, not passed over', (name) => {
    const { connectionString } = localAzure.endpoints.communication
    const options = { [name]: name === 'additionalPolicies' ? [{}] : {} }
    expect(() => new CommunicationIdentityClient(connectionString, options)).toThrow(
      expect.objectContaining({ code: 'ERR_IDENTITY_ARGUMENT', target: name }),
    )
  })

  test('a proxy of the environment is for whoever asks for it', async () => {
    const { httpsEndpoint, accessKey } = localAzure.endpoints.communication
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9')
    vi.stubEnv('NO_PROXY', '')
    const none = { retryOptions: { maxRetries: 0 } }
    const azure = new AzureClient(httpsEndpoint, { key: accessKey }, none)
    await expect(azure.createUser()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    const ours = new CommunicationIdentityClient(httpsEndpoint, { key: accessKey }, none)
    await expect(ours.createUser()).resolves.toMatchObject({ communicationUserId: expect.any(String) })
  })

  test('without scopes Azure makes a user without a token, ours makes none', async () => {
    expect(await clients['Azure, key']?.createUserAndToken([])).toMatchObject({ user: expect.anything() })
    expect(liveUsers(localAzure)).toHaveLength(1)
    const refused = { code: 'ERR_IDENTITY_ARGUMENT', serviceCode: 'ValidationError', statusCode: 400 }
    await expect(clients['ours, key']?.createUserAndToken([])).rejects.toMatchObject(refused)
    expect(liveUsers(localAzure)).toHaveLength(1)
  })

  test('after a lost answer Azure makes a second user, ours says that it does not know', async () => {
    const fault = {
      service: 'communication',
      kind: 'drop-response',
      match: 'POST /identities',
      times: 1,
    } as const
    localAzure.faults.add(fault)
    await clients['Azure, key']?.createUser()
    expect(liveUsers(localAzure)).toHaveLength(2)
    await localAzure.reset()
    localAzure.faults.add(fault)
    await expect(clients['ours, key']?.createUser()).rejects.toMatchObject({
      code: 'ERR_IDENTITY_OUTCOME_UNKNOWN',
    })
    expect(liveUsers(localAzure)).toHaveLength(1)
  })
})

test('the types fit where Azure’s are wanted', () => {
  expectTypeOf<CommunicationIdentityClient>().toExtend<Client>()
  expectTypeOf<NonNullable<Parameters<AzureClient['createUser']>[0]>>().toExtend<OperationOptions>()
  expectTypeOf<AzureOptions>().toExtend<CommunicationIdentityClientOptions>()
  expectTypeOf<Parameters<AzureClient['getToken']>[1]>().toExtend<readonly TokenScope[]>()
})
