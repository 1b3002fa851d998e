/**
 * A request to Azure Communication Services, signed with the resource's key and sent with fetch.
 */

import { createRequestSigner, parseConnectionString } from '@latchkey/common'

/** Creates a Communication Services user and answers its id. */
export async function createUser(connectionString: string, send: typeof fetch = fetch): Promise<string> {
  const { credential, endpoint } = parseConnectionString(connectionString)
  const sign = createRequestSigner(credential.key)
  const url = new URL('/identities?api-version=2023-10-01', endpoint)
  const response = await send(await sign(new Request(url, { method: 'POST' })))
  if (response.status !== 201) throw new Error(`Creating a user failed: ${response.status}`)
  const { identity } = (await response.json()) as { identity: { id: string } }
  return identity.id
}
