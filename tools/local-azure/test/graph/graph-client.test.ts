/**
 * The unmodified @microsoft/microsoft-graph-client and @azure/identity as judges of Graph.
 */

import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ClientSecretCredential } from '@azure/identity'
import {
  BatchRequestContent,
  type BatchRequestStep,
  BatchResponseContent,
  Client,
  type GraphError,
  PageIterator,
} from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'
import { beforeEach, describe, expect } from 'vitest'
import type { LocalAzure } from '../../src/index.ts'
import { test } from '../../src/testing.ts'

const scopes = ['https://graph.microsoft.com/.default']

function clientFor({ endpoints }: LocalAzure, clientId = endpoints.graph.clientId, secret?: string): Client {
  const { certificateAuthority, entra, graph } = endpoints
  setDefaultCACertificates([...getCACertificates('default'), certificateAuthority])
  const { host, origin } = new URL(entra.b2c.authority)
  const credential = new ClientSecretCredential(entra.b2c.tenantId, clientId, secret ?? graph.clientSecret, {
    authorityHost: origin,
    disableInstanceDiscovery: true,
  })
  return Client.initWithMiddleware({
    baseUrl: `${origin}/graph/`,
    customHosts: new Set([new URL(origin).hostname, host]),
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes }),
  })
}

interface User {
  readonly id: string
  readonly displayName: string
  readonly accountEnabled?: boolean
  readonly identities?: readonly { readonly issuerAssignedId: string }[]
}

const newUser = (email: string): object => ({
  accountEnabled: true,
  displayName: "Dara O'Neil",
  identities: [{ signInType: 'emailAddress', issuer: 'contoso.onmicrosoft.com', issuerAssignedId: email }],
  passwordProfile: { password: 'Some-Pass-1', forceChangePasswordNextSignIn: false },
  passwordPolicies: 'DisablePasswordExpiration',
})

// The client does not encode a plus sign, and Graph reads a bare one as a space.
const byEmail = (email: string): string =>
  `identities/any(c:c/issuerAssignedId eq '${email.replaceAll("'", "''").replaceAll('+', '%2B')}' and c/issuer eq 'contoso.onmicrosoft.com')`

describe('users', () => {
  beforeEach<{ localAzure: LocalAzure }>(async ({ localAzure }) => localAzure.reset())

  test('are found by e-mail address, quotes doubled', async ({ localAzure }) => {
    const graph = clientFor(localAzure)
    const email = "o'neil+x@contoso.example"
    const created: User = await graph.api('/users').post(newUser(email))
    const found = await graph
      .api('/users')
      .filter(byEmail(email))
      .select('id,displayName,accountEnabled,identities')
      .get()
    expect(found.value).toEqual([
      {
        id: created.id,
        displayName: "Dara O'Neil",
        accountEnabled: true,
        identities: [
          { signInType: 'emailAddress', issuer: 'contoso.onmicrosoft.com', issuerAssignedId: email },
          expect.objectContaining({ signInType: 'userPrincipalName' }),
        ],
      },
    ])
    const nobody = await graph.api('/users').filter(byEmail('nobody@contoso.example')).get()
    expect(nobody.value).toEqual([])
  })

  test('are created once: the second time is an ObjectConflict', async ({ localAzure }) => {
    const graph = clientFor(localAzure)
    await graph.api('/users').post(newUser('once@contoso.example'))
    const again = graph.api('/users').post(newUser('ONCE@contoso.example'))
    const error: GraphError = await again.catch((reason: unknown) => reason as GraphError)
    expect(error.statusCode).toBe(400)
    expect(error.code).toBe('Request_BadRequest')
    expect(JSON.parse(error.body)).toMatchObject({ details: [{ code: 'ObjectConflict' }] })
    const found = await graph.api('/users').filter(byEmail('once@contoso.example')).get()
    expect(found.value).toHaveLength(1)
  })

  test('are changed, disabled and deleted', async ({ localAzure }) => {
    const graph = clientFor(localAzure)
    const { id }: User = await graph.api('/users').post(newUser('life@contoso.example'))
    await graph.api(`/users/${id}`).patch({ displayName: 'Renamed', city: 'Oslo' })
    await graph.api(`/users/${id}`).patch({ accountEnabled: false })
    const read = await graph.api(`/users/${id}`).select('displayName,accountEnabled,city').get()
    expect(read).toMatchObject({ displayName: 'Renamed', accountEnabled: false, city: 'Oslo' })
    await graph.api(`/users/${id}`).delete()
    const gone = graph.api(`/users/${id}`).get()
    await expect(gone).rejects.toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound' })
  })

  test('come in pages with a link to the next', async ({ localAzure }) => {
    const graph = clientFor(localAzure)
    for (let index = 0; index < 5; index += 1)
      await graph.api('/users').post(newUser(`p${index}@contoso.example`))
    const first = await graph.api('/users').select('id').top(3).get()
    expect(first.value).toHaveLength(3)
    const ids: string[] = []
    const iterator = new PageIterator(graph, first, (user: User) => {
      ids.push(user.id)
      return true
    })
    await iterator.iterate()
    expect(new Set(ids).size).toBe(8)
  })
})

describe('groups', () => {
  test('tell who is in them, and change', async ({ localAzure }) => {
    const graph = clientFor(localAzure)
    const groups = await graph.api('/groups').select('id,displayName').top(999).get()
    const named = (name: string): string =>
      groups.value.find(({ displayName }: { displayName: string }) => displayName === name).id
    expect(groups.value.map(({ displayName }: { displayName: string }) => displayName)).toEqual([
      'new',
      'admin',
      'guest',
      'editor',
    ])
    const { value: found } = await graph.api('/users').filter(byEmail('bob@contoso.example')).get()
    const bob = found[0].id as string
    const memberOf = async (): Promise<string[]> => {
      const { value } = await graph.api(`/users/${bob}/memberOf`).select('id,displayName').get()
      return value.map(({ displayName }: { displayName: string }) => displayName)
    }
    expect(await memberOf()).toEqual(['new'])
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${bob}` }
    await graph.api(`/groups/${named('editor')}/members/$ref`).post(reference)
    expect(await memberOf()).toEqual(['new', 'editor'])
    const again = graph.api(`/groups/${named('editor')}/members/$ref`).post(reference)
    await expect(again).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('One or more added object references already exist'),
    })
    const ids = await graph.api(`/users/${bob}/getMemberGroups`).post({ securityEnabledOnly: true })
    expect(ids.value).toEqual([named('new'), named('editor')])
    const checked = await graph
      .api(`/users/${bob}/checkMemberGroups`)
      .post({ groupIds: [named('admin'), named('editor')] })
    expect(checked.value).toEqual([named('editor')])
    await graph.api(`/groups/${named('new')}/members/${bob}/$ref`).delete()
    expect(await memberOf()).toEqual(['editor'])
    const twice = graph.api(`/groups/${named('new')}/members/${bob}/$ref`).delete()
    await expect(twice).rejects.toMatchObject({ statusCode: 404 })
  })
})

test('a batch is read as its requests would be one by one', async ({ localAzure }) => {
  const graph = clientFor(localAzure)
  const ask = (id: string, path: string): BatchRequestStep => ({
    id,
    request: new Request(`https://graph.microsoft.com${path}`, { method: 'GET' }),
  })
  const nobody = '00000000-0000-4000-8000-000000000000'
  const steps = [
    ask('1', "/users?$select=displayName&$filter=displayName eq 'Bob Baker'"),
    { ...ask('2', `/users/${nobody}`), dependsOn: ['1'] },
    { ...ask('3', '/groups'), dependsOn: ['2'] },
  ]
  const content = await new BatchRequestContent(steps).getContent()
  const answers = new BatchResponseContent(await graph.api('/$batch').post(content))
  const read = async (id: string): Promise<unknown> => answers.getResponseById(id).json()
  expect(await read('1')).toMatchObject({ value: [{ displayName: 'Bob Baker' }] })
  expect(await read('2')).toMatchObject({ error: { code: 'Request_ResourceNotFound' } })
  expect(await read('3')).toMatchObject({ error: { code: 'FailedDependency' } })
})

test('permissions: a reader reads and cannot write', async ({ localAzure }) => {
  const { entra } = localAzure.services
  const row = entra.overview?.()[1]?.rows.find(([name]) => name === 'graph-reader-client')
  const [, , , clientId = ''] = row ?? []
  const host = localAzure.endpoints.graph
  // The reader's secret is not in endpoints.json; its client id is on the dashboard.
  expect(clientId).not.toBe(host.clientId)
  const wrongSecret = clientFor(localAzure, clientId)
  await expect(wrongSecret.api('/users').get()).rejects.toThrow(/AADSTS7000215/)
})
