import { CommunicationIdentityClient } from '@azure/communication-identity'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAzure, startLocalAzure } from '../../src/index.ts'

let azure: LocalAzure
beforeAll(async () => {
  azure = await startLocalAzure({ portBase: 0, data: 'memory' })
})
afterAll(() => azure.close())

describe('the real @azure/communication-identity, by access key', () => {
  test('creates', async () => {
    const { accessKey, endpoint } = azure.endpoints.communication
    const client = new CommunicationIdentityClient(
      endpoint,
      { key: accessKey },
      { allowInsecureConnection: true },
    )
    const user = await client.createUser()
    const { token, expiresOn } = await client.getToken(user, ['chat'], { tokenExpiresInMinutes: 60 })
    await client.revokeTokens(user)
    await client.deleteUser(user)
    const both = await client.createUserAndToken(['chat', 'voip'])
    await expect(client.getToken(user, ['chat'])).rejects.toMatchObject({
      code: 'IdentityNotOwned',
      statusCode: 401,
    })
  })
})
