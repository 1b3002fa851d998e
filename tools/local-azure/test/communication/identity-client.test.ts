import { CommunicationIdentityClient } from '@azure/communication-identity'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'
import { trustLocalAuthority } from './local-authority.ts'

let azure: LocalAzure
beforeAll(async () => {
  azure = await startLocalAzure({ portBase: 0, data: false })
  trustLocalAuthority(azure)
})
afterAll(() => azure.close())

const ways = [
  [
    'connection string over https',
    () => new CommunicationIdentityClient(azure.endpoints.communication.connectionString),
  ],
  [
    'key over http',
    () => {
      const { accessKey, endpoint } = azure.endpoints.communication
      return new CommunicationIdentityClient(endpoint, { key: accessKey }, { allowInsecureConnection: true })
    },
  ],
] as const

describe.for(ways)('the real @azure/communication-identity, by %s', ([, connect]) => {
  test('creates a user', async () => {
    const { communicationUserId } = await connect().createUser()
    expect(communicationUserId).toMatch(/^8:acs:[0-9a-f-]{36}_[0-9a-f-]{36}$/)
  })

  test('creates a user with a token for a day', async () => {
    const { expiresOn, token, user } = await connect().createUserAndToken(['chat', 'voip'])
    expect(readClaims(token)).toMatchObject({
      skypeid: user.communicationUserId.replace(/^8:/, ''),
      scp: expect.any(Number),
      acsScope: 'chat,voip',
      resourceId: user.communicationUserId.slice('8:acs:'.length).split('_')[0],
      exp: Math.floor(expiresOn.getTime() / 1000),
    })
    expect(minutesFromNow(expiresOn)).toBe(1_440)
  })

  test.for([60, 61, 1_440])('issues a token for %d minutes', async (tokenExpiresInMinutes) => {
    const client = connect()
    const user = await client.createUser()
    const { expiresOn } = await client.getToken(user, ['voip'], { tokenExpiresInMinutes })
    expect(minutesFromNow(expiresOn)).toBe(tokenExpiresInMinutes)
  })

  test('revokes tokens, and goes on issuing new ones', async () => {
    const client = connect()
    const { token, user } = await client.createUserAndToken(['chat'])
    expect(await listThreads(token)).toBe(200)
    await client.revokeTokens(user)
    expect(await listThreads(token)).toBe(401)
    // In the same second as the revocation, too.
    const again = await client.getToken(user, ['chat'])
    expect(await listThreads(again.token)).toBe(200)
    expect(await listThreads(token)).toBe(401)
  })

  test('deletes a user and ends its tokens', async () => {
    const client = connect()
    const { token, user } = await client.createUserAndToken(['chat'])
    await client.deleteUser(user)
    expect(await listThreads(token)).toBe(401)
    const refused = { statusCode: 401, code: 'IdentityNotOwned' }
    await expect(client.getToken(user, ['chat'])).rejects.toMatchObject(refused)
    await expect(client.revokeTokens(user)).rejects.toMatchObject(refused)
    await expect(client.deleteUser(user)).rejects.toMatchObject(refused)
  })

  test('hears why something is refused', async () => {
    const client = connect()
    const user = await client.createUser()
    await expect(client.getToken(user, ['chat'], { tokenExpiresInMinutes: 59 })).rejects.toMatchObject({
      statusCode: 400,
      code: 'ValidationError',
      message: 'ExpiresInMinutes value 59 is invalid. Value must be within the [60, 1440] interval.',
    })
    const exchange = { teamsUserAadToken: 'x', clientId: 'x', userObjectId: 'x' }
    await expect(client.getTokenForTeamsUser(exchange)).rejects.toMatchObject({ code: 'ValidationError' })
  })

  test('finds odd ids unknown, however they are encoded', async () => {
    const odd = { communicationUserId: 'a/b?c#d%41 é' }
    await expect(connect().getToken(odd, ['chat'])).rejects.toMatchObject({ code: 'IdentityNotOwned' })
  })
})

test('another key is denied', async () => {
  const { endpoint } = azure.endpoints.communication
  const options = { allowInsecureConnection: true }
  const client = new CommunicationIdentityClient(endpoint, { key: 'c2VjcmV0' }, options)
  await expect(client.createUser()).rejects.toMatchObject({
    statusCode: 401,
    code: 'Denied',
    message: 'Denied by the resource provider.',
  })
})

test('what a client leaves behind when answers are lost can be counted', async () => {
  const client = ways[1][1]()
  const before = (await listIdentities()).length
  const requestsBefore = await countCreations()
  azure.faults.add({ service: 'communication', kind: 'drop-response', match: 'POST /identities?', times: 2 })
  // The real client sends a create again when its answer is lost, so that the service has three users for one.
  const { communicationUserId } = await client.createUser()
  expect((await listIdentities()).length - before).toBe(3)
  expect((await countCreations()) - requestsBefore).toBe(3)
  const find = async (): Promise<readonly string[] | undefined> =>
    (await listIdentities()).find(([id]) => id === communicationUserId)
  expect(await find()).toEqual([communicationUserId, expect.any(String), '0', ''])
  await client.deleteUser({ communicationUserId })
  expect((await find())?.[3]).toMatch(/Z$/)
})

/** Id, created, live tokens, deleted: as the control API shows them. */
async function listIdentities(): Promise<readonly (readonly string[])[]> {
  const response = await fetch(`${azure.endpoints.dashboard.url}/overview?service=communication`)
  const { communication } = (await response.json()) as { communication: { rows: string[][] }[] }
  return communication[0]?.rows ?? []
}

async function countCreations(): Promise<number> {
  const response = await fetch(`${azure.endpoints.dashboard.url}/requests?service=communication`)
  const requests = (await response.json()) as { method: string; path: string }[]
  return requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/identities?')).length
}

async function listThreads(token: string): Promise<number> {
  const { endpoint } = azure.endpoints.communication
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${endpoint}/chat/threads?api-version=2025-03-15`, { headers })).status
}

function readClaims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

function minutesFromNow(instant: Date): number {
  return Math.round((instant.getTime() - Date.now()) / 60_000)
}
